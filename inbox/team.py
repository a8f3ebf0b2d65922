"""Who may sign in: the owner's account, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from inbox.errors import BadRequest, NotAllowed
from inbox.models import Agent, Session
from inbox.protocols import Clock, Passwords, Store

MIN_PASSWORD = 8
SESSION_LENGTH = timedelta(days=30)


def hash_token(token: str) -> str:
    """What the store keeps of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


class Team:
    """Accounts and sign-in. A session is a random token; the store sees only its hash."""

    def __init__(self, store: Store, passwords: Passwords, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        # Checked when the name is unknown, so that an answer takes as long as for a known one.
        self._decoy: str | None = None

    async def needs_owner(self) -> bool:
        """Whether nobody has an account yet."""
        return not await self._store.has_agents()

    async def create_owner(self, name: str, password: str) -> Agent:
        """The first account. Raises `BadRequest`, or `NotAllowed` once there is one."""
        name = name.strip()
        if not 1 <= len(name) <= 80:
            raise BadRequest("Please give a name of at most 80 characters.")
        if len(password) < MIN_PASSWORD:
            raise BadRequest(f"Please choose a password of at least {MIN_PASSWORD} characters.")
        if len(password) > 1024:
            raise BadRequest("Please choose a password of at most 1,024 characters.")
        if not await self.needs_owner():
            raise NotAllowed("This Earshot has an owner already. Please sign in.")
        agent = Agent(
            id=uuid.uuid4().hex,
            name=name,
            password_hash=await self._passwords.hash(password),
            role="owner",
            created_at=self._clock(),
        )
        # Hashing took a while; somebody else may have been first.
        if not await self.needs_owner():
            raise NotAllowed("This Earshot has an owner already. Please sign in.")
        await self._store.add_agent(agent)
        return agent

    async def sign_in(self, name: str, password: str) -> str:
        """Returns the token for the cookie. Raises `NotAllowed` without saying which was wrong."""
        agent = await self._store.agent_by_name(name.strip())
        if self._decoy is None:
            self._decoy = await self._passwords.hash(secrets.token_hex(8))
        expected = agent.password_hash if agent else self._decoy
        matches = await self._passwords.matches(password[:1024], expected)
        if agent is None or not matches:
            raise NotAllowed("That name and password don't belong together.")
        return await self.begin_session(agent)

    async def begin_session(self, agent: Agent) -> str:
        """A new session for somebody who has just proved who they are."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        await self._store.add_session(
            Session(
                token_hash=hash_token(token),
                agent_id=agent.id,
                created_at=now,
                expires_at=now + SESSION_LENGTH,
            )
        )
        return token

    async def agent_for(self, token: str) -> Agent | None:
        """Who is signed in with this token; None if nobody (any more)."""
        session = await self._store.session(hash_token(token))
        if session is None:
            return None
        if session.expires_at <= self._clock():
            await self._store.remove_session(session.token_hash)
            return None
        return await self._store.agent(session.agent_id)

    async def sign_out(self, token: str) -> None:
        """Ends this session."""
        await self._store.remove_session(hash_token(token))
