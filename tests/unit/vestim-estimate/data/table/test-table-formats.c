/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/scratch.h"

/* Files as the programs of cyclers write them, made up here. */

static TableFile *
open_text (const char *text, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.txt", text, strlen (text));
  TableFile *file = table_open (path, NULL, error);

  scratch_free (folder);
  return file;
}

/* "Maccor 2: Amps[A]=0,-0.5": format, line of the header, and for each column unit and numbers. */
static char *
describe (const char *text, const char *const *names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_text (text, &error);
  GString *result = g_string_new (NULL);
  GString *numbers[8] = { NULL };

  g_assert_no_error (error);
  g_string_append_printf (result, "%s %zu:", table_format (file), table_header_line (file));
  for (int i = 0; names[i]; i++)
    numbers[i] = g_string_new ("");
  while (table_next_row (file, &error) == TABLE_ROW)
    for (int i = 0; names[i]; i++)
      {
        double value = 0;
        int column = table_find_column (file, names[i], &error);

        g_assert_no_error (error);
        table_number (file, column, &value, &error);
        g_assert_no_error (error);
        g_string_append_printf (numbers[i], "%s%g", numbers[i]->len ? "," : "", value);
      }
  g_assert_no_error (error);
  for (int i = 0; names[i]; i++)
    {
      const char *unit = table_unit (file, table_find_column (file, names[i], NULL));

      g_string_append_printf (result, " %s[%s]=%s", names[i], unit ? unit : "", numbers[i]->str);
      g_string_free (numbers[i], TRUE);
    }
  return g_string_free (result, FALSE);
}

static void
assert_is (const char *text, const char *expected, const char *const *names)
{
  g_autofree char *description = describe (text, names);

  g_assert_cmpstr (description, ==, expected);
}

static void
assert_refused (const char *text, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_text (text, &error);
  double value = 0;

  while (file && !error && table_next_row (file, &error) == TABLE_ROW)
    for (int i = 0; i < table_n_columns (file) && !error; i++)
      if (!table_is_text_column (file, i))
        table_number (file, i, &value, &error);
  if (!error || !strstr (error->message, reason))
    g_error ("\"%s\" does not say \"%s\"", error ? error->message : "nothing", reason);
}

/* Units stand in a row of their own, which has fewer of them than columns. */
static void
test_digatron (void)
{
  assert_is ("\r\nMeasurement,7,,\r\nCell,A,,\r\n,,\r\n"
             "Time Stamp,Step,Status,Prog Time,Voltage,Current,Temperature,\r\n"
             ",,,,[V],[A],[C],\r\n"
             "5/17/2024 9:30:00 AM,1,DCH,00:00:00.000,4.1,-1.5,25,\r\n"
             "5/17/2024 9:30:01 AM,1,DCH,00:00:01.000,4.0,-2.5,25,\r\n",
             "Digatron 5: Voltage[V]=4.1,4 Current[A]=-1.5,-2.5 Temperature[C]=25,25",
             (const char *const[]){ "Voltage", "Current", "Temperature", NULL });
  assert_is ("Step,Status,Program Duration#s,Voltage#V,Current#A,T1#degC,AhAccu#Ah\n"
             "1,CHA,0.0,3.8,1.0,25,0\n1,CHA,1.0,3.9,1.5,25,0\n",
             "Digatron 1: Program Duration[s]=0,1 Current[A]=1,1.5 AhAccu[Ah]=0,0",
             (const char *const[]){ "Program Duration", "Current", "AhAccu", NULL });
}

static void
test_biologic (void)
{
  static const char *const names[] = { "time", "Ewe", "<I>", NULL };

  assert_is ("EC-Lab ASCII FILE\r\nNb header lines : 5      \r\n\r\n"
             "ctrl_seq            0                   1                   \r\n"
             "mode\tox/red\ttime/s\tEwe/V\t<I>/mA\tcontrol/V/mA\t\r\n"
             "1\t0\t1,5E+000\t3,7\t-20\t0\r\n1\t0\t2,5E+000\t3,6\t-30\tXXX\r\n",
             "BioLogic 5: time[s]=1.5,2.5 Ewe[V]=3.7,3.6 <I>[mA]=-20,-30", names);
  assert_is ("BT-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\t<I>/mA\t\n"
             "1\t3.7\t-20\t\n",
             "BioLogic 3: time[s]=1 Ewe[V]=3.7 <I>[mA]=-20", names);
  assert_is ("mode\ttime/s\tEwe/V\t<I>/mA\n1\t0\t3.7\t-20\n2\t1\t3.6\t-20\n",
             "BioLogic 1: time[s]=0,1 Ewe[V]=3.7,3.6 <I>[mA]=-20,-20", names);
  assert_is ("EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\t<I>/mA\t\n",
             "BioLogic 3: time[s]= Ewe[V]= <I>[mA]=", names);
  assert_refused ("EC-Lab ASCII FILE\nNb header lines : 5\ntime/s\tEwe/V\t<I>/mA\t\n"
                  "1\t3.7\t-20\t\n2\t3.7\t-20\t\n3\t3.7\t-20\t\n",
                  "line 5 is its header");
}

static void
test_basytec_and_novonix (void)
{
  assert_is ("~Resultfile from Basytec Battery Test System\n~Name of Test: x\n~\n"
             "~Time[h] DataSet t-Step[h] Line Command U[V] I[A] T1[°C]\n"
             "0.0 1 0.0 3 Pause 3.5 0 25.5\n0.001 2 0.001 3 Charge 3.6 0.5 25.5\n",
             "BaSyTec 4: Time[h]=0,0.001 U[V]=3.5,3.6 I[A]=0,0.5 T1[°C]=25.5,25.5",
             (const char *const[]){ "Time", "U", "I", "T1", NULL });
  assert_is ("[Summary]\nNovonix UHPC data file\nMass (g): 1.000\n[End Summary]\n[Protocol]\n"
             "{\"Version\":\"2\",\"Steps\":[1,2,3]}\n[End Protocol]\n[Data]\n"
             "Date and Time,Step Type,Run Time (h),Current (A),Potential (V)\n"
             "2025-07-19 15:26:20,7,0.0,0.5,3.84\n2025-07-19 15:26:21,7,0.0003,0.5,3.85\n",
             "Novonix 9: Run Time[h]=0,0.0003 Current[A]=0.5,0.5 Potential[V]=3.84,3.85",
             (const char *const[]){ "Run Time", "Current", "Potential", NULL });
}

#define MACCOR \
  "Today's Date:\t1 May 2024\tDate of Test:\t1 April 2024\n" \
  "Rec#\tStep\tTestTime\tAmps\tVolts\tState\tES\tDPt Time\t\n"

/* Currents have no sign: the state letter does. */
static void
test_maccor (void)
{
  static const char *const names[] = { "Amps", "Volts", NULL };

  assert_is (MACCOR "1\t1\t  0d 00:00:00\t0.0\t3.5\tR\t0\t04/01/2024 12:00:00\t\n"
                    "2\t1\t  0d 00:00:01\t0.5\t3.4\tD\t0\t04/01/2024 12:00:01\t\n"
                    "3\t1\t  0d 00:00:02\t0.7\t3.6\tC\t0\t04/01/2024 12:00:02\t\n",
             "Maccor 2: Amps[A]=0,-0.5,0.7 Volts[V]=3.5,3.4,3.6", names);
  assert_is ("Rec\tStep\tTestTime\tCurrent [A]\tVoltage [V]\tMd\tDPT Time\n\n"
             "1\t1\t0,0\t0,5\t3,5\tD\t06/05/2021 11:23:46\t\n"
             "2\t1\t1,0\t0,5\t3,4\tD\t06/05/2021 11:24:46\t\n",
             "Maccor 1: Current[A]=-0.5,-0.5 Voltage[V]=3.5,3.4 TestTime[s or min]=0,1",
             (const char *const[]){ "Current", "Voltage", "TestTime", NULL });
  assert_refused (MACCOR "1\t1\t0d 00:00:00\t0.5\t3.5\tZ\t0\t04/01/2024 12:00:00\t\n"
                         "2\t1\t0d 00:00:01\t0.5\t3.4\tD\t0\t04/01/2024 12:00:01\t\n",
                  "line 3, column \"Amps\": the current in line 3 has no sign");
}

/* Old exports have no sign, new ones do: the type of the step decides where it can. */
static void
test_neware (void)
{
  static const char *const names[] = { "Current", "Voltage", NULL };

  assert_is ("DataPoint,Cycle Index,Step Type,Time,Current(mA),Voltage(V)\n"
             "1,1,Rest,00:00:00,0,3.7\n2,1,CC DChg,00:00:01,500,3.6\n3,1,CC Chg,00:00:02,300,3.8\n",
             "Neware 1: Current[mA]=0,-500,300 Voltage[V]=3.7,3.6,3.8", names);
  assert_is ("Record ID,Step Type,Current(A),Voltage(V)\n"
             "1,SIM,0.5,3.7\n2,SIM,-0.5,3.6\n3,CC DChg,-1,3.5\n",
             "Neware 1: Current[A]=0.5,-0.5,-1 Voltage[V]=3.7,3.6,3.5", names);
  assert_is ("数据序号,工步类型,时间,电流(A),电压(V),\n"
             "1,恒流放电,00:00:00,0.5,3.7,\n2,恒流充电,00:00:01,0.5,3.8,\n",
             "Neware 1: 电流[A]=-0.5,0.5 电压[V]=3.7,3.8",
             (const char *const[]){ "电流", "电压", NULL });
  assert_refused ("Record ID,Step Type,Current(A),Voltage(V)\n"
                  "1,SIM,0.5,3.7\n2,CC DChg,1,3.5\n3,CC DChg,1,3.5\n",
                  "the current in line 2 has no sign");
}

static void
test_nested_rows_of_neware (void)
{
  assert_is (
      "Cycle Index,Chg. Cap.(Ah),DChg. Cap.(Ah)\n,Step Index,Step Number,Step Type\n"
      ",,DataPoint,Time,Total Time,Current(A),Voltage(V)\n"
      "1,0.02,0.33,1,1,CC Chg,00:00:20\n,,1,00:00:00,00:00:00,0.5,4.3\n"
      ",,2,00:00:02,00:00:02,0.5,4.4\n,2,2,CC DChg,00:02:51\n,,3,00:00:00,00:00:04,-0.5,4.2\n",
      "Neware 3: DataPoint[]=1,2,3 Current[A]=0.5,0.5,-0.5 Voltage[V]=4.3,4.4,4.2",
      (const char *const[]){ "DataPoint", "Current", "Voltage", NULL });
}

static void
test_other_formats (void)
{
  assert_is ("Data_Point,Test_Time(s),Step_Index,Current(A),Voltage(V),dV/dt(V/s)\n"
             "1,0.5,1,-1,3.7,0\n2,1.5,1,-1,3.6,0\n",
             "Arbin 1: Test_Time[s]=0.5,1.5 Current[A]=-1,-1 dV/dt[V/s]=0,0",
             (const char *const[]){ "Test_Time", "Current", "dV/dt", NULL });
  assert_is ("Test Time / s,Voltage / V,Current / A\n0,3.7,1\n1,3.6,1\n",
             "Battery Data Format 1: Test Time[s]=0,1 Current[A]=1,1",
             (const char *const[]){ "Test Time", "Current", NULL });
  assert_is ("test_time_second,voltage_volt,current_ampere,temperature_t1_celsius\n0,3.7,1,20\n",
             "Battery Data Format 1: test_time[second]=0 voltage[volt]=3.7 current[ampere]=1 "
             "temperature_t1[celsius]=20",
             (const char *const[]){ "test_time", "voltage", "current", "temperature_t1", NULL });
  assert_is ("Request Year:,2019\nTest:,187\n#RESULTS\nYear,Test,Reason,\n2019,187,3,\n#END\n"
             "Test,Total Time (Seconds),Voltage (mV),Current (mA),\n187,1,3272.6,0,\n"
             "187,5,3272.2,-0.1,\n187,6,3272.2,,\n",
             "PEC 7: Voltage[mV]=3272.6,3272.2,3272.2", (const char *const[]){ "Voltage", NULL });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/Digatron", test_digatron);
  g_test_add_func ("/formats/BioLogic", test_biologic);
  g_test_add_func ("/formats/BaSyTec and Novonix", test_basytec_and_novonix);
  g_test_add_func ("/formats/Maccor", test_maccor);
  g_test_add_func ("/formats/Neware", test_neware);
  g_test_add_func ("/formats/nested rows of Neware", test_nested_rows_of_neware);
  g_test_add_func ("/formats/other formats", test_other_formats);
  return g_test_run ();
}
