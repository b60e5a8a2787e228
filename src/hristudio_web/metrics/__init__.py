from hristudio_web.metrics.analytics import AnalyticsFigures
from hristudio_web.metrics.figures import Figures
from hristudio_web.metrics.gauges import Gauges, Sources
from hristudio_web.metrics.requests import count_requests
from hristudio_web.metrics.skills import SkillTimes
from hristudio_web.metrics.suspicions import SuspicionGauge

__all__ = [
    "AnalyticsFigures",
    "Figures",
    "Gauges",
    "SkillTimes",
    "Sources",
    "SuspicionGauge",
    "count_requests",
]
