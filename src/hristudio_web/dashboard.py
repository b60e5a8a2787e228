"""The composition root: builds the parts of the web process and starts and stops them in order."""

import threading
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from msgspec import Struct
from redis import Redis

from hristudio_core.mail import Mailer, Post, SmtpMailer
from hristudio_core.media import Media, open_media
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store import (
    Accounts,
    Audit,
    Credentials,
    Experiments,
    Flags,
    Identities,
    MemoryFlags,
    MemoryNotices,
    MemoryUsage,
    Notices,
    Participants,
    Plans,
    PoolUse,
    Protocols,
    SecondFactors,
    Sessions,
    Studies,
    Tokens,
    Trials,
    Usage,
)
from hristudio_telemetry import OFF, UNCOUNTED, Analytics, Traces
from hristudio_web.access import Permission
from hristudio_web.analytics import Counting
from hristudio_web.app import create_app
from hristudio_web.authenticator import Authenticator
from hristudio_web.cache import Cache, MemoryCache, RedisCache
from hristudio_web.errors import WebError
from hristudio_web.features import Features
from hristudio_web.gateway import Gateway, MemoryGateway, RosbridgeGateway, minter
from hristudio_web.gateway.little_trial import LittleTrial
from hristudio_web.gateway.memory import MemoryGraph
from hristudio_web.health import LIMIT_S, Checks, Health
from hristudio_web.live import Belonging, Callers, Relay, Sockets, Streams, frame_sender, numbers, picture
from hristudio_web.lookout import Lookout
from hristudio_web.metrics import (
    AnalyticsFigures,
    Figures,
    Gauges,
    SkillTimes,
    Sources,
    SuspicionGauge,
)
from hristudio_web.notices import NoticeBoard
from hristudio_web.parts import Parts
from hristudio_web.passwords import Passwords
from hristudio_web.persons import PersonSeal, tell_wrong_key
from hristudio_web.providers import Provider, Providers, providers_of
from hristudio_web.refusals import Refusals
from hristudio_web.robot import Robot
from hristudio_web.sealing import Seal
from hristudio_web.security import LOOPBACK, origins, personal_key, signing_key
from hristudio_web.visitors import Visitors

LARGEST_MESSAGE = 64 * 1024
PING_S = 5
SECOND_FACTOR = "second factor"
PICTURE_MS = 66
"""No camera is shown faster than at 15 Hz."""


class Gateways(Struct, frozen=True):
    """The connections to ROS: one for everything, one for stopping alone, one for pictures alone."""

    everything: Gateway
    urgent: Gateway
    pictures: Gateway


class Shelf(Struct, frozen=True):
    """What is kept: who is signed in, and the trials; how to see that it is there, and how to close it."""

    accounts: Accounts
    sessions: Sessions
    credentials: Credentials
    factors: SecondFactors
    identities: Identities
    tokens: Tokens
    audit: Audit
    trials: Trials
    studies: Studies
    protocols: Protocols
    participants: Participants
    plans: Plans
    experiments: Experiments
    usage: Usage | None = None
    notices: Notices | None = None
    flags: Flags | None = None
    pool: Callable[[], PoolUse] | None = None
    ping: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


class Outside(Struct, frozen=True):
    """What people are written to by, where they may come from, where recordings lie."""

    mailer: Mailer | None = None
    providers: Sequence[Provider] = ()
    media: Media | None = None


class Dashboard:
    """The running web process."""

    def __init__(
        self,
        settings: Settings,
        shelf: Shelf,
        gateways: Gateways | None = None,
        passwords: Passwords | None = None,
        outside: Outside | None = None,
        *,
        traces: Traces = OFF,
        analytics: Analytics = UNCOUNTED,
    ) -> None:
        self._traces = traces
        self._analytics = analytics
        self._counting = Counting(analytics)
        self._gateways = gateways or open_gateways(settings, traces)
        self._shelf = shelf
        self.visitors = Visitors(shelf.sessions, shelf.accounts, shelf.tokens)
        self.socketio = SocketIO()
        same_host = (urlsplit(settings.web.bridge_url).hostname or "localhost") in LOOPBACK
        self.robots: Mapping[str, Robot] = {
            robot.id: Robot(
                robot,
                self._gateways.everything,
                self._gateways.urgent,
                self._gateways.pictures,
                same_host=same_host,
            )
            for robot in settings.web.robots
        }
        send = frame_sender(self.socketio, "frame")
        flags = shelf.flags or MemoryFlags(shelf.audit)
        self.features = Features(flags)
        self.belonging = Belonging(shelf.plans.study_of)
        self.relays: Mapping[str, Relay] = {
            name: Relay(robot, send, self.belonging) for name, robot in self.robots.items()
        }
        self._callers = Callers(self.visitors, policy=settings.web.second_factor)
        show = frame_sender(self.socketio, "picture")
        self.cameras = {
            name: Streams(robot, show, picture, self._watcher(name, "camera"))
            for name, robot in self.robots.items()
        }
        tell = frame_sender(self.socketio, "numbers")
        self.plots = {
            name: Streams(robot, tell, numbers, self._watcher(name, "plots"))
            for name, robot in self.robots.items()
        }
        outside = outside or open_outside(settings)
        self._post = Post(outside.mailer) if outside.mailer else None
        media = outside.media or open_media(settings.storage, settings.folder.media, signing_key(settings))
        self._notices = NoticeBoard(shelf.notices or MemoryNotices(), settings.folder.run)
        self._refusals = Refusals(shelf.audit)
        self.lookout = Lookout(
            shelf.audit, self._refusals, shelf.accounts, self._post, audit_page(settings.web.public_url)
        )
        self._persons = PersonSeal(personal_key(settings))
        checks = Checks(
            key_fits=lambda: self._persons.fits(shelf.participants.sealed_ends()),
            notices=self._notices,
            database=shelf.ping,
            folder=settings.data,
            robots=self.robots,
            relays=self.relays,
            redis=redis_ping(settings),
            media=media if settings.storage.on else None,
        )
        self.health = Health(checks.all(), needed=("database", "maintenance"))
        self.figures = Figures()
        self._cache = open_cache(settings)
        self._gauges = Gauges(
            Sources(
                health=self.health,
                cache=self._cache,
                usage=shelf.usage or MemoryUsage(shelf.trials, shelf.accounts, shelf.sessions),
                robots=self.robots,
                relays=self.relays,
                browsers=lambda: self._callers.count,
                pool=shelf.pool,
            )
        )
        self.figures.add(self._gauges)
        self.figures.add(SuspicionGauge(lambda: self.lookout.open))
        if analytics.on:
            self.figures.add(AnalyticsFigures(analytics))
        parts = Parts(
            settings=settings,
            accounts=shelf.accounts,
            sessions=shelf.sessions,
            visitors=self.visitors,
            credentials=shelf.credentials,
            passwords=passwords or Passwords(),
            factors=shelf.factors,
            authenticator=Authenticator(shelf.factors, Seal(signing_key(settings), SECOND_FACTOR)),
            tokens=shelf.tokens,
            identities=shelf.identities,
            providers=Providers(outside.providers),
            mailer=outside.mailer,
            post=self._post,
            audit=shelf.audit,
            trials=shelf.trials,
            studies=shelf.studies,
            protocols=shelf.protocols,
            participants=shelf.participants,
            plans=shelf.plans,
            experiments=shelf.experiments,
            persons=self._persons,
            media=media,
            health=self.health,
            figures=self.figures,
            cache=self._cache,
            robots=self.robots,
            relays=self.relays,
            belonging=self.belonging,
            flags=flags,
            features=self.features,
            limiter=open_limiter(settings),
            notices=self._notices,
            refusals=self._refusals,
            lookout=self.lookout,
            counting=self._counting,
            traces=traces,
        )
        self.app = create_app(parts)
        self._open_sockets(settings)

    def start(self) -> None:
        """Connect to the robots and begin to serve browsers."""
        self.tell_wrong_key()
        self.visitors.start()
        self._notices.start()
        if self._post:
            self._post.start()
        self.lookout.start()
        self.features.start()
        self.belonging.start()
        for relay in self.relays.values():
            relay.start()
        self._gauges.start()
        for robot in self.robots.values():
            SkillTimes(robot, self.figures).start()
            self._counting.listen(robot)
        self._gateways.everything.start()
        self._gateways.urgent.start()
        self._gateways.pictures.start()

    def tell_wrong_key(self) -> threading.Thread:
        """Have the log say so when the personal key is not the one that sealed what is kept.

        In a thread of its own: a database that is away keeps no page waiting.
        """
        told = (self._shelf.participants, self._persons)
        thread = threading.Thread(target=tell_wrong_key, args=told, name="personal-key", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Take leave of browsers and robots. Trials go on."""
        self.hang_up()
        for relay in self.relays.values():
            relay.stop()
        self.belonging.stop()
        self.features.stop()
        self._gateways.pictures.close()
        self._gateways.urgent.close()
        self._gateways.everything.close()
        self.visitors.stop()
        self._notices.stop()
        self.lookout.stop()
        if self._post:
            self._post.stop()
        self._cache.close()
        self._shelf.close()
        self._analytics.close()
        self._traces.close()

    def drain(self, seconds: float) -> None:
        """Ask all browsers to go to another server; hang up on those that stay."""
        self.health.leave()
        self._sockets.drain(seconds)

    def hang_up(self) -> None:
        """Disconnect all browsers; they come back by themselves when there is a server again."""
        self._sockets.hang_up()

    def _watcher(self, robot: str, feature: str) -> Callable[[str], bool]:
        """Give what tells whether a browser may be shown something of what a robot does now."""
        watch = Permission.TRIAL_WATCH

        def may(sid: str) -> bool:
            study = self.relays[robot].study_for(watch)
            try:
                account = self._callers.account(sid, watch, study)
            except WebError:
                return False
            return self.features.on(feature, account, study)

        return may

    def _open_sockets(self, settings: Settings) -> None:
        self.socketio.init_app(
            self.app,
            async_mode="threading",
            transports=["websocket"],
            cors_allowed_origins=origins(settings),
            manage_session=False,
            max_http_buffer_size=LARGEST_MESSAGE,
            ping_interval=PING_S,
            ping_timeout=PING_S,
        )
        self._sockets = Sockets(
            self.socketio,
            self._callers,
            self.robots,
            self.relays,
            cameras=self.cameras,
            plots=self.plots,
            features=self.features,
            refusals=self._refusals,
            traces=self._traces,
        )
        self.visitors.on_end(self._sockets.end_session)


def audit_page(public_url: str) -> str:
    """Give the address of the audit trail as browsers reach it; "" where it is not known."""
    return f"{public_url.rstrip('/')}/audit" if public_url else ""


def open_outside(settings: Settings) -> Outside:
    """Make the mailer and the providers of sign-ins that the settings name."""
    mailer = SmtpMailer(settings.mail) if settings.mail.on else None
    return Outside(mailer, providers_of(settings.oauth) if settings.flags.oauth else ())


def redis_ping(settings: Settings) -> Callable[[], object] | None:
    """Give a function that has Redis answer; None where there is no Redis."""
    if not settings.redis.on:
        return None
    client = Redis.from_url(settings.redis.url, socket_timeout=LIMIT_S, socket_connect_timeout=LIMIT_S)
    return client.ping


def open_cache(settings: Settings) -> Cache:
    """Make the cache: in Redis where there is one, for all processes together."""
    return RedisCache(settings.redis.url, settings.redis.prefix) if settings.redis.on else MemoryCache()


def open_limiter(settings: Settings) -> Limiter:
    """Make what counts requests: in Redis where there is one, for all processes together.

    While Redis is away each process counts by itself: people still get in, and guessers are still slowed.
    """
    return Limiter(
        get_remote_address,
        storage_uri=settings.redis.url or "memory://",
        key_prefix=f"{settings.redis.prefix}:rate",
        strategy="moving-window",
        in_memory_fallback_enabled=settings.redis.on,
    )


def open_gateways(settings: Settings, traces: Traces = OFF) -> Gateways:
    """Make the connections to ROS that the settings name."""
    if settings.web.bridge_url == MEMORY:
        graph = MemoryGraph()
        for robot in settings.web.robots:
            LittleTrial(graph, robot.name).start()
        return Gateways(MemoryGateway(graph), MemoryGateway(graph), MemoryGateway(graph))
    token = minter(settings.bridge_key)
    return Gateways(
        RosbridgeGateway(settings.web.bridge_url, token, name="web", traces=traces),
        RosbridgeGateway(settings.web.bridge_url, token, name="web-stop", traces=traces),
        RosbridgeGateway(settings.web.bridge_url, token, name="web-camera", every_ms=PICTURE_MS),
    )
