"""A stateful GitHub over bare git repositories, each exchange checked by GitHub's description.

    async with FakeGitHub.start(directory) as github:
        await github.add_repository("acme/shop", {"README.md": "# Shop"})
        await github.install("acme")
        github.send_webhooks_to("http://127.0.0.1:8000/webhook")
        await github.push("acme/shop", "main", {"a.py": "x = 1"})
        await github.settled()
        github.assert_clean()

People push, fork, review, protect and queue (`Owners`, `Authors`, `Reviewers`); `fail_next`,
`throttle`, `exhaust`, `lag_reads` and `weather` are what GitHub itself does to its clients.

Git is the truth about commits, trees and branches; `World` remembers the rest. A handler in `rest`
answers each operation of `facts`, and `Oracle` compares what both sides say with GitHub's own
description. A new operation needs its name in `facts/wanted.py`, `facts.build` once, and a handler.
"""
