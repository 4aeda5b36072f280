"""What was worked out for a frame serves the next one, as long as it is of the same answer."""

from tray.views.window.once import once


def counted():
    calls = []

    @once
    def work(values, number=0):
        calls.append((values, number))
        return [values, number]

    return work, calls


def test_the_same_answer_is_worked_out_once():
    work, calls = counted()
    values = (1, 2, 3)
    first = work(values, 1000)
    assert work(values, int("1000")) is first
    assert len(calls) == 1


def test_another_answer_is_worked_out_anew_also_where_it_is_equal():
    work, calls = counted()
    work(tuple(range(2)))
    assert work(tuple(range(2))) == [(0, 1), 0]
    assert work(tuple(range(2)), number=1) == [(0, 1), 1]
    assert len(calls) == 3


def test_a_number_that_differs_counts():
    work, _ = counted()
    values = (1,)
    assert [work(values, 1)[1], work(values, 2)[1], work(values, 2.0)[1], work(values, 1)[1]] == [
        1,
        2,
        2.0,
        1,
    ]
