"""What `emulate` 0.12.2 lacks or answers otherwise than GitHub, by the test that shows it.

A test named here has to fail there: what a later version learns is taken off this list.
"""

_NO_REACTIONS = "it has no reactions"
_NO_APP = "its check runs name no app, so that none is known to be ours"
_ROLE = "it gives the role where GitHub gives admin, write, read or none"

LACKS = {
    "test_a_check_holds_more_annotations_than_one_request_takes": (
        "a further request replaces the annotations, where GitHub adds them"
    ),
    "test_a_check_is_found_by_its_name_and_what_we_call_it": _NO_APP,
    "test_a_check_is_put_once_and_changed_in_place": _NO_APP,
    "test_a_code_is_worth_nothing_to_another_browser": "it knows no PKCE",
    "test_a_comment_at_a_line_is_answered_with_an_emoji": _NO_REACTIONS,
    "test_a_comment_is_answered_with_an_emoji_once": _NO_REACTIONS,
    "test_a_reader_may_only_read": "it lets whoever collaborates push",
    "test_a_renamed_repository_is_reached_by_its_old_name": "it redirects no old name",
    "test_a_repository_that_is_gone_is_told_from_one_that_stands": (
        "it refuses the token of a repository that is gone in words of its own"
    ),
    "test_a_second_pull_request_of_a_branch_is_refused": "it opens as many as one likes",
    "test_a_text_beyond_githubs_bound_is_refused": "it takes texts of any length",
    "test_a_token_reaches_no_other_repository": "it says 403, where GitHub says 404",
    "test_a_view_that_may_only_read_says_nothing": "it refuses in words of its own",
    "test_commits_are_the_apps_and_github_signs_them": (
        "it names the app by its title and signs nothing"
    ),
    "test_labels_are_put_on_a_new_pull_request": (
        "it asks for the permission for issues, where GitHub takes the one for pull requests"
    ),
    "test_one_who_may_not_be_asked_spoils_it_for_nobody": "it lets everybody be asked",
    "test_what_a_person_may_do_is_read[maintain-write]": _ROLE,
    "test_what_a_person_may_do_is_read[triage-read]": _ROLE,
    "test_what_a_person_may_do_is_read[write-write]": _ROLE,
}
