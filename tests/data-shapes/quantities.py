# SPDX-License-Identifier: MIT
"""Shapes of units, names and signs."""

from shape import NAMES, ROW, UNITS, I, Read, Refused, S, Shape, T, V, table

MA, MV, KELVIN, FAHRENHEIT, PERCENT = "{ma:.0f}", "{mv:.1f}", "{kelvin:.2f}", "{fahrenheit:.1f}", "{percent:.2f}"
WITH_SOC = ("time", "current", "temperature", "voltage", "soc")
ALL = ("SOC", "Current", "Temp")


def current(name, cell=MA):
    return table(f"Time [s],{name},Temp [°C],Voltage [V]", ",".join(("{t}", cell, T, V)))


def voltage(name, cell=MV):
    return table(f"Time [s],Current [A],Temp [°C],{name}", ",".join(("{t}", I, T, cell)))


def temperature(name, cell=T):
    return table(f"Time [s],Current [A],{name},Voltage [V]", ",".join(("{t}", I, cell, V)))


def charge(name, cell=PERCENT):
    return table(f"{UNITS},{name}", f"{ROW},{cell}")


def names(header, **more):
    return table(header, ",".join(("{t}", I, T, V)), **more)


def unsigned(rows):
    return table(UNITS, ",".join(("{t}", "{abs_i:.3f}", T, V)))(rows)


QUANTITIES = [
    Shape("current in mA: Current [mA]", current("Current [mA]"), Read("converted", units={"current": "mA"})),
    Shape("current in mA: Current (mA)", current("Current (mA)"), Read("converted")),
    Shape("current in mA: Current/mA", current("Current/mA"), Read("converted")),
    Shape("current in mA: Current / mA", current("Current / mA"), Read("converted")),
    Shape("current in mA: Current#mA", current("Current#mA"), Read("converted")),
    Shape("current in mA: Current_mA", current("Current_mA"), Read("converted")),
    Shape("current in µA, with the micro sign", current("Current [µA]", "{ma:.0f}000"), Read("converted")),
    Shape("current in µA, with the Greek letter", current("Current [\N{GREEK SMALL LETTER MU}A]", "{ma:.0f}000"), Read("converted")),
    Shape("current in mA in the row of units", table(NAMES + "\ns,mA,°C,V", ",".join(("{t}", MA, T, V))), Read("converted")),
    Shape("voltage in mV", voltage("Voltage [mV]"), Read("converted", units={"voltage": "mV"})),
    Shape("voltage in MV", voltage("Voltage [MV]"), Refused("no unit of a cell's voltage", ("Voltage", "MV"))),
    Shape("temperature in K", temperature("Temp [K]", KELVIN), Read("converted", units={"temperature": "K"})),
    Shape("temperature in °F", temperature("Temp [°F]", FAHRENHEIT), Read("converted", units={"temperature": "°F"})),
    Shape("temperature in degF", temperature("Temp [degF]", FAHRENHEIT), Read("converted")),
    Shape("temperature in degC", temperature("Temp [degC]"), Read()),
    Shape("temperature in C", temperature("Temp [C]"), Read()),
    Shape("temperature in ℃, one character", temperature("Temp (℃)"), Read()),
    Shape("temperature in Celsius", temperature("Temp [Celsius]"), Read()),
    Shape("state of charge in %", charge("SOC [%]"), Read("converted", roles=WITH_SOC, units={"soc": "%"}), inputs=ALL),
    Shape("state of charge in %, in parentheses", charge("SOC (%)"), Read("converted", roles=WITH_SOC), inputs=ALL),
    Shape("state of charge as a fraction, unit 1", charge("SOC [1]", S), Read(roles=WITH_SOC), inputs=ALL),
    Shape(
        "state of charge from 0 to 100 without a unit",
        table(NAMES + ",SOC", f"{ROW},{PERCENT}"),
        Refused("the training files have it as a fraction", ("SOC", "90"), check=False),
        units=False,
        inputs=ALL,
    ),
    Shape("state of charge in %: SOC_percent", table(UNITS + ",SOC_percent", f"{ROW},{PERCENT}"), Read("converted", roles=WITH_SOC), inputs=ALL),
    Shape("a unit that is not known", current("Current [foo]", I), Refused("the current may be anything", ("Current", "foo"))),
    Shape("a unit of another quantity", current("Current [mAh]"), Refused("mAh is no current", ("Current", "mAh"))),
    Shape("current per mass", current("Current [A/kg]", I), Refused("A/kg is no current", ("Current", "A/kg"))),
    Shape(
        "one quantity in two columns, in two units",
        table(UNITS + ",Current [mA]", f"{ROW},{MA}"),
        Refused("which one is meant is not clear", ("Current",), check=False),
    ),
    Shape(
        "no unit, where the training files state one",
        table(NAMES),
        Refused("the unit may be another one", ("unit", "Current"), check=False),
    ),
    Shape(
        "mA, where the training files state no unit",
        current("Current [mA]"),
        Refused("their unit is not known", ("Current", "unit"), check=False),
        units=False,
        only="job",
    ),
    Shape(
        "mA, for a model whose training files stated no unit",
        current("Current [mA]"),
        Read("the model is taken to know A, and the prediction says that it converts", told=("converted from mA to A",)),
        units=False,
        only="predict",
    ),
    Shape("names in capitals", names("TIME [S],CURRENT [A],TEMP [°C],VOLTAGE [V]"), Read()),
    Shape("names in small letters", names("time [s],current [A],temp [°C],voltage [V]"), Read()),
    Shape("names in one letter: t, I, T, U", names("t [s],I [A],T [°C],U [V]"), Read()),
    Shape("German names of a Digatron export", names("Programmdauer [s],Strom [A],Temperatur [°C],Spannung [V]"), Read()),
    Shape("German names", names("Zeit [s],Strom [A],Temperatur [°C],Spannung [V]"), Read()),
    Shape("Volts and Amps", names("Test Time (s),Amps,Temp (C),Volts"), Read()),
    Shape("Terminal voltage and Cell temperature", names("Time [s],Current [A],Cell temperature [°C],Terminal voltage [V]"), Read()),
    Shape(
        "two temperatures",
        table("Time [s],Current [A],T1 [°C],T2 [°C],Voltage [V]", ",".join(("{t}", I, T, T, V))),
        Refused("which one is meant is not clear", ("T1", "T2"), check=False),
    ),
    Shape("two temperatures, one of them named Temp", table(UNITS + ",T2 [°C]", f"{ROW},99"), Read("the name decides", roles=("time", "current", "voltage"))),
    Shape(
        "a current with the other sign",
        table(UNITS, ",".join(("{t}", "{minus_i:.3f}", T, V))),
        Refused("charge and discharge are exchanged", ("sign", "current"), check=False),
    ),
    Shape("a current without a sign", unsigned, Refused("charge and discharge look the same", ("sign", "current"), check=False)),
]
