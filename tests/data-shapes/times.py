# SPDX-License-Identifier: MIT
"""Shapes of times: units, clocks, dates, gaps, and times that do not increase."""

from shape import I, Read, Refused, Shape, T, V, table

REST = ",".join((I, T, V))


def time(name, cell, **more):
    return table(f"{name},Current [A],Temp [°C],Voltage [V]", f"{cell},{REST}", **more)


def times(cell_of, name="Time [s]"):
    """`cell_of` writes the time of row n."""
    return time(name, "{t}", each=lambda n, line: ",".join([cell_of(n), *line.split(",")[1:]]))


def without(*left_out):
    """The rows of the truth that remain."""
    return lambda rows: [n for n in rows if n not in left_out]


def only(keep, name="Time [s]", cell_of=str):
    """Only the rows that `keep` names, in their order."""

    def write(rows):
        lines = times(cell_of, name)(rows).splitlines()
        return "\n".join([lines[0], *(lines[n + 1] for n in keep(range(len(rows))))]) + "\n"

    return write


def pause(n):
    return str(n if n < 70 else n + 3600)


def twice(n):
    return str(n if n < 70 else n - 1)


def restarted(n):
    return str(n if n < 70 else n - 70)


def swapped(n):
    return str({70: 71, 71: 70}.get(n, n))


def jitter(n):
    return f"{n + (0.02 if n % 3 else -0.02):.2f}"


def twelve_hours(n):
    clock = (11 * 3600 + 59 * 60 + n) % 43200
    return f"5/17/2024 {clock // 3600 or 12}:{clock // 60 % 60:02d}:{clock % 60:02d} {'AM' if n < 60 else 'PM'}"


def over_midnight(n):
    seconds = (86400 - 80 + n) % 86400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def two_days(n):
    return f"{5 if n < 80 else 6:02d}/05/2024 {over_midnight(n)}"


def summer_time_ends(n):
    hour = 2
    minute, second = divmod(59 * 60 + n, 60)
    return f"2024-10-27 {hour:02d}:{minute if n < 60 else minute - 60:02d}:{second:02d}"


def summer_time_ends_with_offset(n):
    return summer_time_ends(n) + ("+02:00" if n < 60 else "+01:00")


NO_TIME = ("current", "temperature", "voltage")
SECONDS = Read("in seconds")

TIMES = [
    Shape("time in ms", time("Time [ms]", "{t_ms}"), SECONDS),
    Shape("time in minutes", time("Time [min]", "{t_min:.8f}"), SECONDS),
    Shape("time in hours", time("Time [h]", "{t_h:.9f}"), SECONDS),
    Shape("time in days", time("Time [d]", "{t_day:.10f}"), SECONDS),
    Shape("time as Unix seconds", time("Unix Time [s]", "{unix}"), SECONDS),
    Shape("time as h:mm:ss", time("Time", "{hms}"), SECONDS),
    Shape("time as h:mm:ss.fff", time("Time", "{hms}.000"), SECONDS),
    Shape("time as h:mm:ss,fff, in quotes", time("Time", '"{hms},000"'), SECONDS),
    Shape("time as h:mm:ss beyond 24 hours", time("Prog Time", "{later_hms}"), SECONDS),
    Shape("time as days and h:mm:ss: 1d 02:03:04", time("Test Time", "1d {hms}.00"), SECONDS),
    Shape("time as days and h:mm:ss: 1 02:03:04", time("Test Time", "1 {hms}"), SECONDS),
    Shape("time as mm:ss", times(lambda n: f"{n // 60:02d}:{n % 60:02d}", "Time"), Read("minutes and seconds, or hours and minutes: the times are not used, and the program says so", roles=NO_TIME, told=("not understood",))),
    Shape("dates as 2024-05-17 09:30:00", time("Time", "{when:%Y-%m-%d %H:%M:%S}"), SECONDS),
    Shape("dates as 2024-05-17T09:30:00.000Z", time("Time", "{when:%Y-%m-%dT%H:%M:%S}.000Z"), SECONDS),
    Shape("dates with an offset: +02:00", time("Time", "{when:%Y-%m-%dT%H:%M:%S}+02:00"), SECONDS),
    Shape("dates as 2024/05/17 09:30:00", time("Time", "{when:%Y/%m/%d %H:%M:%S}"), SECONDS),
    Shape("dates as 17.05.2024 09:30:00", time("Time", "{when:%d.%m.%Y %H:%M:%S}"), SECONDS),
    Shape("dates as 05/17/2024 09:30:00", time("Time", "{when:%m/%d/%Y %H:%M:%S}"), SECONDS),
    Shape("dates as 17-May-24 09:30:00", time("Time", "{when:%d-%b-%y %H:%M:%S}"), SECONDS),
    Shape("dates with AM and PM", times(twelve_hours, "Time"), SECONDS),
    Shape("dates where day and month are not clear, all of one day", time("Time", "04/05/2024 {when:%H:%M:%S}"), SECONDS),
    Shape("dates where day and month are not clear, of two days", times(two_days, "Time"), Read("the times are not used, and the program says so", roles=NO_TIME, told=("month",))),
    Shape("a time of day that passes midnight", times(over_midnight, "Time"), Refused("the times go back", ("line 82", "time"))),
    Shape("dates where summer time ends", times(summer_time_ends, "Time"), Refused("the times go back", ("line 62", "time"))),
    Shape("dates where summer time ends, with offsets", times(summer_time_ends_with_offset, "Time"), SECONDS),
    Shape("dates as Excel stores them", time("Date Time", "{excel:.10f}"), Read("they may be days or seconds: the times are not used, and the program says so", roles=NO_TIME, told=("Date Time", "days"))),
    Shape("time without a unit in hours", time("Time", "{t_h:.9f}"), Refused("the period of the training files is another one", ("every",), check=False), network="LSTM"),
    Shape("ten rows a second", times(lambda n: f"{n / 10:.1f}"), Refused("the period of the training files is another one", ("every",), check=False), network="LSTM"),
    Shape("a pause of an hour", times(pause), Read("cut there; no rows are made up", facts={"gaps": 1}, rows=None, roles=NO_TIME)),
    Shape("one row left out", only(without(70)), Read("a gap up to 5 periods is no cut", rows=without(70), facts={"gaps": 0})),
    Shape("twenty rows left out", only(without(*range(70, 90))), Read("cut there", rows=without(*range(70, 90)), facts={"gaps": 1})),
    Shape("periods that vary a little", times(jitter), Read(roles=NO_TIME)),
    Shape("a time that occurs twice", times(twice), Refused("which row is right is not clear", ("line 72", "time", "on_time_error"))),
    Shape("times that start again", times(restarted), Refused("two series in one file", ("line 72", "time", "on_time_error"))),
    Shape("two rows exchanged", times(swapped), Refused("the times go back", ("line 73", "time", "on_time_error"))),
    Shape("a time that is missing", times(lambda n: "" if n == 70 else str(n)), Refused("a missing cell", ("line 72", "Time"))),
    Shape("a test time and a step time", table("Step Time [s],Test Time [s],Current [A],Temp [°C],Voltage [V]", "{step_t},{t}," + REST), Read("the test time counts")),
    Shape(
        "seconds that are milliseconds, by the dates beside them",
        table("Time [s],Date Time,Current [A],Temp [°C],Voltage [V]", "{t_ms},{when:%Y-%m-%d %H:%M:%S}," + REST),
        Refused("the two times contradict each other", ("Time", "Date Time")),
    ),
    Shape(
        "dates beside a test time that leaves a pause out",
        time("Test Time [s],Date Time", "{t},{paused:%Y-%m-%d %H:%M:%S}"),
        Read("the test time counts"),
    ),
    Shape("no time", table("Current [A],Temp [°C],Voltage [V]", REST), Read(roles=NO_TIME)),
]
