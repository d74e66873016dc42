# SPDX-License-Identifier: MIT
"""The exports of cyclers, as their programs write them."""

from shape import I, Read, Refused, Shape, T, V, comma, table

ELECTRIC = ("time", "current", "voltage")
ONLY_CURRENT = ("Current",)

DIGATRON_PREAMBLE = [
    "", "Measurement ID,557", "Battery Name,Cell 7", "Battery Serial,", "Start Time,5/17/2024 9:30:00 AM",
    "Stop Time,5/17/2024 9:32:40 AM", "Test Equipment,MCFT 75-05-48", "Circuit,3", "Program,Drive_cycle", "Version,1.0",
    "Nominal Voltage,3.6", "Nominal Capacity, 3", "Nominal Current,3", "Mass,0.047", "Customer,", "Order,", "Operator,K. M.",
    "Comment,", "Channel,1", "Section,1", "Test section,US06", "Database,local", "Host,PC-4", "Software,BM4", "Limits,",
    "Max Voltage,4.2", "Min Voltage,2.5", "Rows,160",
]  # fmt: skip
DIGATRON_HEADER = (
    "Time Stamp,Step,Status,Prog Time,Step Time,Cycle,Cycle Level,Procedure,Voltage,Current,Temperature,Capacity,WhAccu,Cnt,\n"
    ",,,,,,,,[V],[A],[C],[Ah],[Wh],[Cnt],"
)
DIGATRON_ROW = (
    "{when:%m/%d/%Y} {when:%I:%M:%S} {when:%p},22,DCH,{later_hms}.000,{step_hms}.000,0,0,Drive_cycle,"
    "{v:.5f},{i:.5f},{temp:.5f},{ah:.5f},{power:.5f},13.00000,"
)


def digatron(padding=""):
    preamble = "".join(line + (padding if line else "") + "\n" for line in DIGATRON_PREAMBLE)
    return table(DIGATRON_HEADER, DIGATRON_ROW, before=preamble, end="\r\n")


BIOLOGIC_PREAMBLE = [
    "", "Modulo Bat", "", "Run on channel : 3 (SN 2054)", "User : ", "Electrode connection : standard",
    "Ewe ctrl range : min = 0,00 V, max = 5,00 V", "Safety Limits :", "\tEwe max = 4,25 V", "\tfor t > 10 ms",
    "Acquisition started on : 05/17/2024 09:30:00", "Saved on :", "\tFile : zelle 7, 25 °C_C03.mpr", "Mass of active material : 0,001 mg",
    "Cycle Definition : Charge/Discharge alternance", "Ns                  0                   1                   2",
    "ctrl_type           Loop                CC                  CV", "",
]  # fmt: skip
BIOLOGIC_HEADER = "mode\tox/red\terror\tcontrol changes\tNs changes\tcounter inc.\tNs\ttime/s\tcontrol/V/mA\tEcell/V\tI/mA\tTemperature/°C\tdq/mA.h"
BIOLOGIC_ROW = "1\t1\t0\t0\t0\t0\t2\t{t}.000000000000000E+000\t{ma:.4f}\t{v:.9E}\t{ma:.9E}\t{temp:.7E}\t0.0000000E+000\t"
BIOLOGIC_SHORT = "time/s\tEwe/V\t<I>/mA\t"
BIOLOGIC_SHORT_ROW = "{t}.0000000E+000\t{v:.7E}\t{ma:.9E}\t"


def biologic(first="EC-Lab ASCII FILE", convert=comma):
    lines = [first, f"Nb header lines : {len(BIOLOGIC_PREAMBLE) + 3}", *BIOLOGIC_PREAMBLE]
    before = "".join(line + "\r\n" for line in lines)
    write = table(BIOLOGIC_HEADER, BIOLOGIC_ROW, before=before, end="\r\n", each=lambda n, line: convert(line))
    return lambda rows: write(rows).encode("cp1252")


BASYTEC_PREAMBLE = (
    "~Resultfile from Basytec Battery Test System\n~Date and Time of Data Converting: 17.05.2024 14:36:50\n~Name of Test: Zelle 7\n"
    "~Battery: LG-07\n~Testchannel: 4\n~Operator (Test): Labor\n~\n"
)
BASYTEC_HEADER = "~Time[h] DataSet t-Step[h] Line Command U[V] I[A] Ah[Ah] Wh[Wh] T1[°C] Cyc-Count Count State"
BASYTEC_ROW = "{t_h:.9f} {n} {step_h:.9f} 5 Discharge {v:.4f} {i:.3f} {ah:.6f} {power:.5f} {temp:.1f} 1 1 0"

NOVONIX = (
    "[Summary]\nNovonix HPC Data File,V2.0\nCell,LG-07\nCapacity (Ah),3.0\n[End Summary]\n\n[Protocol]\n1: Discharge,C/3\n[End Protocol]\n\n[Data]\n"
)
NOVONIX_HEADER = (
    "Date and Time,Cycle Number,Step Type,Run Time (h),Step Time (h),Current (A),Potential (V),Capacity (Ah),Temperature (°C),"
    "Circuit Temperature (°C),Energy (Wh),dVdt (I/h),dIdt (V/h),Step Number,Step position"
)
NOVONIX_ROW = "{when:%Y-%m-%d %H:%M:%S},1,2,{t_h:.9f},{step_h:.9f},{i:.3f},{v:.4f},{ah:.6f},{temp:.1f},31.5,{power:.5f},0,0,3,1"

MACCOR = "Today's Date 05/17/2024  Date of Test: 05/17/2024\tFilename:\tC:\\Data\\LG07.001\tProcedure:\tdrive\tComment:\t\n"
MACCOR_HEADER = "Rec#\tCyc#\tStep\tTest (Sec)\tStep (Sec)\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time\tTemp 1"
MACCOR_ROW = "{n}\t1\t3\t{t}.000\t{step_t}.000\t0.01\t0.03\t{abs_i:.5f}\t{v:.5f}\t{state}\t1\t{when:%m/%d/%Y %H:%M:%S}\t{temp:.2f}"

NEWARE_HEADER = "DataPoint,Cycle Index,Step Index,Step Type,Time,Total Time,Current({u}),Voltage(V),Capacity(Ah),Date,Power(W),T1(℃)"
NEWARE_CHINESE = "数据序号,循环号,工步号,工步类型,时间,总时间,电流({u}),电压(V),容量(Ah),绝对时间,功率(W),T1(℃),"
NEWARE_ROW = "{n},1,3,{step},{step_hms},{later_hms},CURRENT,{v:.4f},{ah:.4f},{when:%Y-%m-%d %H:%M:%S},{power:.4f},{temp:.1f}"

ARBIN_HEADER = (
    "Data_Point,Test_Time(s),Date_Time,Step_Time(s),Step_Index,Cycle_Index,Current(A),Voltage(V),Charge_Capacity(Ah),"
    "Discharge_Capacity(Ah),Charge_Energy(Wh),Discharge_Energy(Wh),dV/dt(V/s),Internal_Resistance(Ohm),Aux_Temperature_1(C)"
)
ARBIN_ROW = "{n},{t}.0001,{when:%Y-%m-%d %H:%M:%S},{step_t}.0,1,1,{i:.3f},{v:.4f},0.0,0.01,0.0,0.03,-3.2E-05,0.0,{temp:.1f}"

BDF = "Test Time / s,Voltage / V,Current / A,Unix Time / s,Cycle Count / 1,Temperature T1 / degC"
BDF_ROW = "{t},{v:.4f},{i:.3f},{unix},1,{temp:.1f}"
BDF_MACHINE = "test_time_second,voltage_volt,current_ampere,temperature_t1_celsius"

CYCLERS = [
    Shape("Digatron: 28 lines, a row of units, a comma at the end", digatron(), Read(facts={"format": "Digatron"}, units={"temperature": "C"}), file="557.csv"),
    Shape("Digatron, padded with commas", digatron(",,,,,,,,,,,,"), Read(facts={"format": "Digatron"}), file="557.csv"),
    Shape("BioLogic EC-Lab: tabs, decimal commas, Windows-1252", biologic(), Read(facts={"format": "BioLogic", "encoding": "1252"}), file="cell_C03.mpt"),
    Shape("BioLogic BT-Lab: tabs, decimal points", biologic("BT-Lab ASCII FILE", str), Read(facts={"format": "BioLogic"}), file="cell_C03.mpt"),
    Shape(
        "BioLogic with 3 header lines only",
        table(BIOLOGIC_SHORT, BIOLOGIC_SHORT_ROW, before="EC-Lab ASCII FILE\nNb header lines : 3\n"),
        Read(roles=ELECTRIC, facts={"format": "BioLogic"}),
        file="cell.mpt",
        inputs=ONLY_CURRENT,
    ),
    Shape(
        "BioLogic with a controlled and a measured current",
        table("time/s\tcontrol/V\tcontrol/mA\tEwe/V\tI/mA\t(Q-Qo)/mA.h\t", "{t}.0\t0.0\t-999.0\t{v:.7E}\t{ma:.9E}\t{ah:.5f}\t", before="EC-Lab ASCII FILE\nNb header lines : 3\n"),
        Read("the measured one counts", roles=ELECTRIC, facts={"format": "BioLogic"}),
        file="cell.mpt",
        inputs=ONLY_CURRENT,
    ),
    Shape(
        "BioLogic with dates in time/s",
        table(BIOLOGIC_SHORT, BIOLOGIC_SHORT_ROW.replace("{t}.0000000E+000", "{when:%m/%d/%Y %H:%M:%S}.0000"), before="EC-Lab ASCII FILE\nNb header lines : 3\n"),
        Read(roles=ELECTRIC, facts={"format": "BioLogic"}),
        file="cell.mpt",
        inputs=ONLY_CURRENT,
    ),
    Shape(
        "BioLogic whose number of header lines is wrong",
        table(BIOLOGIC_SHORT, BIOLOGIC_SHORT_ROW, before="EC-Lab ASCII FILE\nNb header lines : 5\n"),
        Refused("the line after them is no header", ("header",)),
        file="cell.mpt",
        inputs=ONLY_CURRENT,
    ),
    Shape("BaSyTec: ~ before the header, spaces", table(BASYTEC_HEADER, BASYTEC_ROW, before=BASYTEC_PREAMBLE), Read(facts={"format": "BaSyTec"}), file="cell.txt", encoding="cp1252"),
    Shape(
        "BaSyTec with tabs",
        table(BASYTEC_HEADER.replace(" ", "\t"), BASYTEC_ROW.replace(" ", "\t"), before=BASYTEC_PREAMBLE),
        Read(facts={"format": "BaSyTec"}),
        file="cell.txt",
        encoding="cp1252",
    ),
    Shape(
        "BaSyTec with a date of two words between spaces",
        table(BASYTEC_HEADER.replace("t-Step", "DateTime t-Step"), "{t_h:.9f} {n} {when:%d.%m.%Y %H:%M:%S} {step_h:.9f} 5 " + BASYTEC_ROW.split(" 5 ")[1], before=BASYTEC_PREAMBLE),
        Refused("rows have more cells than the header has names", ("line 9",)),
        file="cell.txt",
        encoding="cp1252",
    ),
    Shape("Novonix: [Data] before the header", table(NOVONIX_HEADER, NOVONIX_ROW, before=NOVONIX, end="\r\n"), Read(facts={"format": "Novonix"}), file="cell.csv"),
    Shape("Maccor text: a current without a sign, and a state", table(MACCOR_HEADER, MACCOR_ROW, before=MACCOR, end="\r\n"), Read("the state gives the sign", facts={"format": "Maccor"}), file="LG07.txt", inputs=ONLY_CURRENT),
    Shape("Neware, in English", table(NEWARE_HEADER.format(u="A"), NEWARE_ROW.replace("CURRENT", I)), Read(facts={"format": "Neware"}), file="neware.csv"),
    Shape("Neware, in English, mA", table(NEWARE_HEADER.format(u="mA"), NEWARE_ROW.replace("CURRENT", "{ma:.1f}")), Read("converted", facts={"format": "Neware"}), file="neware.csv"),
    Shape("Neware, in Chinese, GB18030", table(NEWARE_CHINESE.format(u="A"), NEWARE_ROW.replace("CURRENT", I) + ","), Read(facts={"format": "Neware", "encoding": "GB18030"}), file="neware.csv", encoding="gb18030"),
    Shape("Neware, in Chinese, UTF-8, mA", table(NEWARE_CHINESE.format(u="mA"), NEWARE_ROW.replace("CURRENT", "{ma:.1f}") + ","), Read("converted", facts={"format": "Neware"}), file="neware.csv"),
    Shape("Arbin CSV", table(ARBIN_HEADER, ARBIN_ROW), Read(facts={"format": "Arbin"}), file="arbin.csv"),
    Shape("Arbin CSV with spaces in the names", table(ARBIN_HEADER.replace("_", " ").replace("(", " ("), ARBIN_ROW), Read(facts={"format": "Arbin"}), file="arbin.csv"),
    Shape("Battery Data Format", table(BDF, BDF_ROW), Read(facts={"format": "Battery Data Format"}), file="cell.bdf.csv"),
    Shape("Battery Data Format, Voltage#V", table(BDF.replace(" / ", "#"), BDF_ROW), Read(), file="cell.bdf.csv"),
    Shape("Battery Data Format, machine-readable names", table(BDF_MACHINE, ",".join(("{t}", V, I, T))), Read(), file="cell.bdf.csv"),
    Shape(
        "PyBaMM: discharge is positive",
        table("Time [s],Current [A],Terminal voltage [V],X-averaged cell temperature [C]", "{t},{minus_i:.3f},{v:.4f},{temp:.1f}"),
        Refused("the training files have the other sign", ("sign", "current"), check=False),
        file="pybamm.csv",
        inputs=ONLY_CURRENT,
    ),
    Shape(
        "a data logger with rows of units and of kinds below the header",
        table('"TIMESTAMP","RECORD","Current","Temp","Voltage"\n"TS","RN","A","C","V"\n"","","Smp","Avg","Smp"', '"{when:%Y-%m-%d %H:%M:%S}",{n},{i:.3f},{temp:.1f},{v:.4f}', before='"TOA5","CR1000","2054"\n'),
        Refused("which row names the columns is not clear", ()),
        file="logger.dat",
    ),
    Shape("Landt", table("Record,Step-Index,TestTime/Sec,Current/mA,Voltage/V,Temperature/℃", "{n},1,{t},{ma:.1f},{v:.4f},{temp:.1f}"), Read(), file="landt.csv"),
]
