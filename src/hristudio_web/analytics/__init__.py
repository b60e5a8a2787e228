from hristudio_web.analytics.counting import Counting, forbidden
from hristudio_web.analytics.events import EVENTS, Event, fitting
from hristudio_web.analytics.pages import count_pages
from hristudio_web.analytics.reference import reference

__all__ = ["EVENTS", "Counting", "Event", "count_pages", "fitting", "forbidden", "reference"]
