"""ROS nodes: the only rclpy in the core."""
