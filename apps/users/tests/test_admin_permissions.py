"""The two groups have exactly the admin-site permissions that the apps declare."""

import pytest
from django.apps import AppConfig, apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from apps.users.roles import GROUPS, grant_permissions

INSTRUCTORS = """
    activities.add_activity activities.change_activity activities.delete_activity activities.view_activity
    activities.add_activitycategory activities.change_activitycategory activities.delete_activitycategory
    activities.view_activitycategory activities.view_activitychange
    assessments.add_category assessments.change_category assessments.delete_category assessments.view_category
    assessments.add_rubricquestion assessments.change_rubricquestion assessments.delete_rubricquestion
    assessments.view_rubricquestion assessments.view_rubricchange
    assessments.add_subcategory assessments.change_subcategory assessments.delete_subcategory
    assessments.view_subcategory
    openai_integration.view_evaluation openai_integration.view_mark openai_integration.view_message
    openai_integration.view_replyreport openai_integration.view_run openai_integration.view_thread
    openai_integration.view_usage
    scenarios.add_assistantscenario scenarios.change_assistantscenario scenarios.view_assistantscenario
    scenarios.add_tag scenarios.change_tag scenarios.delete_tag scenarios.view_tag
    scenarios.view_scenarioversion scenarios.view_scenariochange
"""
ADMINS = f"""{INSTRUCTORS}
    scenarios.delete_assistantscenario
    openai_integration.add_modelpause openai_integration.change_modelpause openai_integration.view_modelpause
    users.add_user users.change_user users.view_user
    users.view_roleapproval
"""


def granted(group: str) -> set[str]:
    """The group's permissions, as `app.verb_model`."""
    permissions = Group.objects.get(name=group).permissions
    return {f"{app}.{name}" for app, name in permissions.values_list("content_type__app_label", "codename")}


@pytest.mark.django_db
@pytest.mark.parametrize(("group", "names"), [("Instructors", INSTRUCTORS), ("Admins", ADMINS)])
def test_a_group_has_the_listed_permissions(group: str, names: str) -> None:
    assert granted(group) == set(names.split())


@pytest.mark.django_db
def test_a_group_gets_the_permissions_that_each_app_declares() -> None:
    Group.objects.filter(name__in=GROUPS.values()).delete()
    for app in apps.get_app_configs():
        grant_permissions(app, using="default")
    assert granted("Instructors") == set(INSTRUCTORS.split())
    assert granted("Admins") == set(ADMINS.split())


@pytest.fixture
def activities() -> AppConfig:
    return apps.get_app_config("activities")


@pytest.mark.django_db
def test_only_an_apps_own_declaration_is_read(activities: AppConfig, monkeypatch) -> None:
    Group.objects.filter(name__in=GROUPS.values()).delete()
    monkeypatch.setattr(activities, "admin_permissions", {"admin": {"activity": ("delete",)}})
    grant_permissions(activities, using="default")
    assert granted("Admins") == {"activities.delete_activity"}
    assert not Group.objects.filter(name="Instructors").exists()


@pytest.mark.parametrize(
    ("stated", "mistake"),
    [
        (
            {"instructor": {"activty": ("view",)}},
            "names the model 'activty'; there are activity, activitycategory, activitychange.",
        ),
        ({"admin": {"tag": ("view",)}}, "names the model 'tag'"),
        ({"instructor": {"activity": ("view", "read")}}, "lets people 'read' activity; there are add, change"),
        ({"instructor": {"activity": "view"}}, "lets people 'v' activity"),
        ({"teacher": {"activity": ("view",)}}, "names the role 'teacher'; there are instructor, admin."),
    ],
)
def test_an_invalid_declaration_fails_the_system_checks(stated, mistake: str, activities, monkeypatch) -> None:
    monkeypatch.setattr(activities, "admin_permissions", stated, raising=False)
    with pytest.raises(SystemCheckError) as refused:
        call_command("check")
    assert "ActivitiesConfig.admin_permissions" in str(refused.value)
    assert mistake in str(refused.value)
