"""The old service's eight tables, as its own models have them: the old columns and nothing else."""

from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

OWNED = "all, delete-orphan"


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(120), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    role: Mapped[str | None] = mapped_column(String(70))


class Scenario(Base):
    __tablename__ = "assistant_scenarios"

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_text: Mapped[str]
    additional_instructions: Mapped[str]
    enable: Mapped[bool]
    role: Mapped[str]
    openid: Mapped[str]
    communication_preferences: Mapped[str | None]
    tags: Mapped[list["Tag"]] = relationship(cascade=OWNED)
    questions: Mapped[list["RubricQuestion"]] = relationship(cascade=OWNED)
    activities: Mapped[list["Activity"]] = relationship(cascade=OWNED, back_populates="character")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "scenario_text": self.scenario_text,
            "additional_instructions": self.additional_instructions,
            "enable": self.enable,
            "role": self.role,
            "openid": self.openid,
            "communication_preferences": self.communication_preferences,
            "tags": [tag.tag for tag in self.tags],
            "rubrics": [question.question for question in self.questions],
        }


class Tag(Base):
    __tablename__ = "assistant_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("assistant_scenarios.id"))


class RubricQuestion(Base):
    __tablename__ = "rubric_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("assistant_scenarios.id"))


activity_categories = Table(
    "activity_categories",
    Base.metadata,
    Column("activity_id", ForeignKey("activities.id"), primary_key=True),
    Column("category_id", ForeignKey("categories.id"), primary_key=True),
)


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    total_required_to_pass: Mapped[int]
    subcategories: Mapped[list["Subcategory"]] = relationship(cascade=OWNED)
    activities: Mapped[list["Activity"]] = relationship(secondary=activity_categories, back_populates="categories")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "total_required_to_pass": self.total_required_to_pass,
            "subcategories": [subcategory.as_json() for subcategory in self.subcategories],
        }


class Subcategory(Base):
    __tablename__ = "subcategories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    marking_instructions: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "marking_instructions": self.marking_instructions,
            "category_id": self.category_id,
        }


class Activity(Base):
    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(primary_key=True)
    pre_brief: Mapped[str]
    character_id: Mapped[int] = mapped_column(ForeignKey("assistant_scenarios.id"))
    character: Mapped[Scenario] = relationship(back_populates="activities")
    categories: Mapped[list[Category]] = relationship(secondary=activity_categories, back_populates="activities")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "pre_brief": self.pre_brief,
            "character_id": self.character_id,
            "categories": [category.id for category in self.categories],
        }
