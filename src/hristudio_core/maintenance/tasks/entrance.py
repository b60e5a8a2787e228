"""What lets nobody in any more."""

from datetime import timedelta

from hristudio_core.maintenance.task import Done, Verdict, Work
from hristudio_core.store import Database, DatabaseSettings, PostgresSessions


def forget_expired(work: Work) -> Done:
    """Remove expired sessions, sign-in links, invitations and tokens of programs."""
    pool = work.settings.database.pool(1)
    database = Database.open(DatabaseSettings(work.work_url, name="hristudio maintenance", **pool))
    try:
        sessions = PostgresSessions(database, timedelta(seconds=work.settings.web.session_idle_s))
        gone = sessions.forget_expired(dry_run=work.dry_run)
    finally:
        database.close()
    count = gone.links + gone.sessions + gone.tokens
    if not count:
        return Done(Verdict.NOTHING, "nothing has expired")
    what = f"{gone.sessions} sessions, {gone.links} links and invitations, {gone.tokens} tokens"
    return Done(Verdict.DONE, f"{work.said('removed', 'would remove')} {what}", count)
