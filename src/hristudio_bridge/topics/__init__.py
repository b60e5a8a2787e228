"""Topics between ROS and the clients."""

from hristudio_bridge.topics.book import SharedPublication, TopicBook
from hristudio_bridge.topics.delivery import Delivery, Request
from hristudio_bridge.topics.sample import COMPRESSIONS

__all__ = ["COMPRESSIONS", "Delivery", "Request", "SharedPublication", "TopicBook"]
