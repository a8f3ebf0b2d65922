"""Whoever acts in a conversation: an agent of the team, or its contact."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.models import Agent, Contact, Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever acts: an agent, or the contact of a conversation. `owner` marks their drafts."""

    owner: str
    id: str
    name: str
    direction: Direction


def agent_person(agent: Agent) -> Person:
    """An agent as the one who acts."""
    return Person(owner=f"agent:{agent.id}", id=agent.id, name=agent.name, direction=Direction.OUT)


def contact_person(contact: Contact) -> Person:
    """A contact as the one who acts."""
    return Person(owner=f"contact:{contact.id}", id="", name=contact.name, direction=Direction.IN)
