"""HRIStudio's rosbridge server: websocket clients on one side, the ROS graph on the other."""
