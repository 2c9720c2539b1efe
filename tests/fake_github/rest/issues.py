"""Comments, reactions and labels of issues and pull requests."""

from typing import Any

from tests.fake_github.calls import Answer, Call, Handler, Refused, invalid, not_found
from tests.fake_github.conversations import Conversations
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.payloads.pulls import (
    comment_json,
    comments_of,
    issue_json,
    label_json,
    reaction_json,
)
from tests.fake_github.state import Comment, Issue, Pull

COMMENTS = f"{REPOSITORY}/issues/comments/{{comment_id}}"
ISSUE = f"{REPOSITORY}/issues/{{issue_number}}"


def _issue(call: Call) -> Issue:
    found = call.repository.issues.get(call.number("issue_number"))
    if found is None:
        raise not_found()
    if not (call.repository.has_issues or isinstance(found, Pull)):
        raise Refused(410, "Issues are disabled for this repo")
    return found


def _get_issue(call: Call) -> Answer:
    return Answer(200, issue_json(call.world, call.repository, _issue(call)))


def _comment(call: Call) -> Comment:
    found = call.world.comments.get(call.number("comment_id"))
    if found is None or found.repository_id != call.repository.id:
        raise not_found()
    return found


def _list_comments(call: Call) -> Answer:
    found = comments_of(call.world, call.repository, _issue(call).number)
    since = call.query.get("since", "")
    return call.page(
        [
            comment_json(call.world, call.repository, each)
            for each in found
            if each.updated_at >= since
        ]
    )


def _create_comment(call: Call) -> Answer:
    comment = Conversations(call.world).comment(
        call.repository, _issue(call).number, call.body["body"], call.app.bot
    )
    answer = comment_json(call.world, call.repository, comment)
    return Answer(201, answer, {"Location": answer["url"]})


def _get_comment(call: Call) -> Answer:
    return Answer(200, comment_json(call.world, call.repository, _comment(call)))


def _change_comment(call: Call) -> Answer:
    comment = _comment(call)
    Conversations(call.world).edit(call.repository, comment, call.body["body"], call.app.bot)
    return Answer(200, comment_json(call.world, call.repository, comment))


def _delete_comment(call: Call) -> Answer:
    Conversations(call.world).delete(call.repository, _comment(call), call.app.bot)
    return Answer(204)


def _list_reactions(call: Call) -> Answer:
    wanted = call.query.get("content")
    found = [each for each in _comment(call).reactions if wanted in (None, each.content)]
    return call.page([reaction_json(call.world, each) for each in found])


def _create_reaction(call: Call) -> Answer:
    reaction, new = Conversations(call.world).react(
        _comment(call), call.body["content"], call.app.bot
    )
    return Answer(201 if new else 200, reaction_json(call.world, reaction))


def _delete_reaction(call: Call) -> Answer:
    comment, identity = _comment(call), call.number("reaction_id")
    found = next((each for each in comment.reactions if each.id == identity), None)
    if found is None:
        raise not_found()
    comment.reactions.remove(found)
    return Answer(204)


def _labels(call: Call, issue: Issue) -> list[Any]:
    return [label_json(call.world, call.repository, label) for label in issue.labels]


def _list_labels(call: Call) -> Answer:
    return call.page(_labels(call, _issue(call)))


def _add_labels(call: Call) -> Answer:
    issue = _issue(call)
    given = call.body.get("labels", []) if isinstance(call.body, dict) else call.body
    for each in given:
        name = each["name"] if isinstance(each, dict) else each
        Conversations(call.world).put_label(call.repository, issue, name, call.app.bot)
    return Answer(200, _labels(call, issue))


def _remove_label(call: Call) -> Answer:
    issue, name = _issue(call), call.parameters["name"].lower()
    found = next((label for label in issue.labels if label.name.lower() == name), None)
    if found is None:
        raise Refused(404, "Label does not exist")
    Conversations(call.world).take_label(call.repository, issue, found, call.app.bot)
    return Answer(200, _labels(call, issue))


def _list_all_labels(call: Call) -> Answer:
    known = call.repository.labels.values()
    return call.page([label_json(call.world, call.repository, label) for label in known])


def _get_label(call: Call) -> Answer:
    found = call.repository.labels.get(call.parameters["name"].lower())
    if found is None:
        raise not_found()
    return Answer(200, label_json(call.world, call.repository, found))


def _create_label(call: Call) -> Answer:
    name, repository = call.body["name"], call.repository
    if name.lower() in repository.labels:
        raise invalid("Label", "already_exists", field="name")
    label = Conversations(call.world).label(repository, name)
    label.color = call.body.get("color", label.color)
    label.description = call.body.get("description")
    answer = label_json(call.world, repository, label)
    return Answer(201, answer, {"Location": answer["url"]})


HANDLERS: dict[str, Handler] = {
    f"GET {COMMENTS}": _get_comment,
    f"PATCH {COMMENTS}": _change_comment,
    f"DELETE {COMMENTS}": _delete_comment,
    f"GET {COMMENTS}/reactions": _list_reactions,
    f"POST {COMMENTS}/reactions": _create_reaction,
    f"DELETE {COMMENTS}/reactions/{{reaction_id}}": _delete_reaction,
    f"GET {ISSUE}/comments": _list_comments,
    f"POST {ISSUE}/comments": _create_comment,
    f"GET {ISSUE}/labels": _list_labels,
    f"POST {ISSUE}/labels": _add_labels,
    f"DELETE {ISSUE}/labels/{{name}}": _remove_label,
    f"GET {ISSUE}": _get_issue,
    f"GET {REPOSITORY}/labels": _list_all_labels,
    f"GET {REPOSITORY}/labels/{{name}}": _get_label,
    f"POST {REPOSITORY}/labels": _create_label,
}
