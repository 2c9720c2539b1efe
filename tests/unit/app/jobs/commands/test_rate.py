from app.jobs.commands.rate import HOUR_S, Rate, Rated


def test_what_was_refused_takes_no_place_and_is_refused_again_when_it_is_repeated() -> None:
    clock = [0.0]
    rate = Rate(2, lambda: clock[0])
    assert rate.take("mona", "a") is rate.take("mona", "a") is Rated.FINE
    clock[0] = 600
    assert rate.take("mona", "b") is Rated.FINE
    assert rate.take("mona", "c") is rate.take("mona", "c") is Rated.TOO_MANY
    assert rate.take("mona", "d") is Rated.STILL
    assert rate.take("hubot", "d") is Rated.FINE
    assert rate.minutes_until_next("mona") == 50

    clock[0] += 50 * 60
    assert clock[0] == HOUR_S
    assert rate.take("mona", "e") is Rated.FINE
    assert rate.take("mona", "f") is Rated.STILL
    assert rate.minutes_until_next("mona") == 10
