/* SPDX-License-Identifier: MIT */

/* The settings of an estimation, in the order in which they are written and shown.
 *
 * A new hyperparameter needs a row here and a member in VestimHyperparameters. Everything except
 * its effect follows from them. "ninja update-settings-docs" writes the documentation. */

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-hyperparameters.h"
#include "common/estimation/vestim-preprocessing.h"
#include "common/estimation/vestim-settings.h"

/* Marks a text for translation. */
#define N_(text) text

#define HYPERPARAMETER(member) \
  .is_hyperparameter = true, .offset = offsetof (VestimHyperparameters, member)

#define RANGE(lowest, highest) .min = lowest, .max = highest

#define BIT(schedule) (1u << VESTIM_SCHEDULE_##schedule)

#define WORDS(...) \
  (const char *const[]) \
  { \
    __VA_ARGS__, NULL \
  }

const VestimSetting vestim_settings[] = {
  {
      .name = "train_files",
      .title = N_ ("Training files"),
      .type = VESTIM_SETTING_STRINGS,
      RANGE (1, 10000),
      .unit = N_ ("absolute paths"),
      .help =
          N_ ("The network learns from these files. A folder means all data files in it, sorted "
              "by name."),
      .since = "0.1",
  },
  {
      .name = "validation_files",
      .title = N_ ("Validation files"),
      .type = VESTIM_SETTING_STRINGS,
      RANGE (1, 10000),
      .unit = N_ ("absolute paths"),
      .help = N_ ("The error on these files determines the best epoch."),
      .since = "0.1",
  },
  {
      .name = "validation_share",
      .title = N_ ("Validation share"),
      .type = VESTIM_SETTING_LIMIT,
      RANGE (0.05, 0.5),
      .help = N_ ("Replaces the validation files by about this share of the training rows: whole "
                  "files if there are enough, otherwise the end of each file."),
      .since = "0.2",
  },
  {
      .name = "test_files",
      .title = N_ ("Test files"),
      .type = VESTIM_SETTING_STRINGS,
      RANGE (1, 10000),
      .unit = N_ ("absolute paths"),
      .help = N_ ("The program tests the best network with these files."),
      .since = "0.1",
  },
  {
      .name = "folder_path",
      .title = N_ ("Folder"),
      .type = VESTIM_SETTING_STRING,
      .unit = N_ ("an absolute path"),
      .help =
          N_ ("Replaces the three lists of files: a folder with the folders train, val and test."),
      .since = "0.1",
  },
  {
      .name = "inputs",
      .title = N_ ("Inputs"),
      .type = VESTIM_SETTING_STRINGS,
      RANGE (1, VESTIM_MAX_INPUTS),
      .words = WORDS ("SOC", "Current", "Temp"),
      .unit = N_ ("columns"),
      .help = N_ ("The columns that the network reads."),
      .since = "0.1",
      .legacy = { "FEATURE_COLUMNS", "FEATURE_COLS" },
  },
  {
      .name = "target",
      .title = N_ ("Target"),
      .type = VESTIM_SETTING_STRING,
      .words = WORDS ("Voltage"),
      .unit = N_ ("a column"),
      .help = N_ ("The column that the network estimates. It cannot be an input."),
      .since = "0.1",
      .legacy = { "TARGET_COLUMN", "TARGET_COL" },
  },
  {
      .name = "columns",
      .title = N_ ("Columns"),
      .type = VESTIM_SETTING_OBJECT,
      .help = N_ ("Where the program finds inputs, the target and Time, for example {\"Current\": "
                  "{\"column\": \"I/mA\", \"unit\": \"mA\"}}. Files without this column are "
                  "searched as usual. The unit is that of this column; if no column is given, it "
                  "is that of columns that state none."),
      .since = "0.2",
  },
  {
      .name = "time_column",
      .title = N_ ("Time column"),
      .type = VESTIM_SETTING_STRING,
      .unit = N_ ("a column"),
      .help = N_ ("The column with the times of the rows. Without it, the column is found by its "
                  "name."),
      .since = "0.2",
  },
  {
      .name = "current_sign",
      .title = N_ ("Sign of the current"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_SIGN_AS_WRITTEN] = "as_written",
                      [VESTIM_SIGN_DISCHARGE_NEGATIVE] = "discharge_negative",
                      [VESTIM_SIGN_DISCHARGE_POSITIVE] = "discharge_positive"),
      .help = N_ ("The sign of the current that the network sees. as_written keeps the currents, "
                  "and refuses files whose voltages show different signs. With discharge_negative "
                  "or discharge_positive, files with the other sign are converted."),
      .since = "0.2",
  },
  {
      .name = "max_gap",
      .title = N_ ("Longest gap"),
      .type = VESTIM_SETTING_NUMBER,
      RANGE (1, 1e9),
      .initial = 5,
      .unit = N_ ("periods"),
      .help = N_ ("A longer step of the time is a gap, and the file is cut there: no window and no "
                  "state goes across it."),
      .since = "0.2",
  },
  {
      .name = "missing",
      .title = N_ ("Missing cells"),
      .type = VESTIM_SETTING_OBJECT,
      .words = WORDS ("refuse", "drop"),
      .help = N_ ("What happens to rows with missing cells. refuse refuses the file, drop leaves "
                  "the rows out, and an object fills the cells from their neighbours."),
      .since = "0.2",
  },
  {
      .name = "missing.interpolate",
      .title = N_ ("Filled rows"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 10000),
      .unit = N_ ("rows"),
      .help = N_ ("The longest run of missing cells that is filled. Longer ones are refused."),
      .since = "0.2",
  },
  {
      .name = "on_time_error",
      .title = N_ ("Wrong times"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_TIME_ERROR_REFUSE] = "refuse", [VESTIM_TIME_ERROR_SORT] = "sort",
                      [VESTIM_TIME_ERROR_DROP] = "drop"),
      .help = N_ ("What happens to rows whose time is not after that of the row before. refuse "
                  "refuses the file, sort sorts all rows by time and keeps the first of equal "
                  "times, drop leaves such rows out."),
      .since = "0.2",
  },
  {
      .name = "encoding",
      .title = N_ ("Encoding"),
      .type = VESTIM_SETTING_WORD,
      .words =
          WORDS ([VESTIM_ENCODING_FOUND] = "found", [VESTIM_ENCODING_UTF_8] = "utf-8",
                 [VESTIM_ENCODING_UTF_16_LE] = "utf-16le", [VESTIM_ENCODING_UTF_16_BE] = "utf-16be",
                 [VESTIM_ENCODING_CP1252] = "cp1252", [VESTIM_ENCODING_GB18030] = "gb18030",
                 [VESTIM_ENCODING_SHIFT_JIS] = "shift-jis"),
      .help = N_ ("The encoding of text files. found detects it for each file; name another one if "
                  "the names of columns come out wrong."),
      .since = "0.2",
  },
#include "common/estimation/vestim-settings-computed.inc"
  {
      .name = "initial_model",
      .title = N_ ("Initial model"),
      .type = VESTIM_SETTING_STRING,
      .unit = N_ ("an absolute path"),
      .help = N_ ("Training starts from the weights of this model.bin, or of the best model of "
                  "this job folder. The settings model, layers, inputs, target and preprocessing "
                  "must be those of that model. Its scaling stays."),
      .since = "0.2",
  },
  {
      .name = "model",
      .title = N_ ("Model"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_MODEL_LSTM] = "LSTM", [VESTIM_MODEL_GRU] = "GRU",
                      [VESTIM_MODEL_FNN] = "FNN"),
      .help = N_ ("The type of the network. LSTM and GRU are recurrent and remember earlier rows; "
                  "an FNN is a feedforward network and sees one row."),
      .since = "0.1",
      .legacy = { "MODEL_TYPE" },
      HYPERPARAMETER (model),
  },
  {
      .name = "layers",
      .title = N_ ("Layers"),
      .type = VESTIM_SETTING_LAYERS,
      RANGE (1, VESTIM_MAX_LAYER_SIZE),
      .initial = 10,
      .help = N_ ("The sizes of the hidden layers."),
      .since = "0.1",
      .legacy = { "RNN_LAYER_SIZES", "GRU_UNITS", "FNN_HIDDEN_LAYERS", "HIDDEN_LAYER_SIZES" },
      HYPERPARAMETER (layers),
  },
  {
      .name = "training",
      .title = N_ ("Training"),
      .type = VESTIM_SETTING_WORD,
      .words =
          WORDS ([VESTIM_TRAINING_STATEFUL] = "stateful", [VESTIM_TRAINING_WINDOWED] = "windowed"),
      .help =
          N_ ("How an LSTM or GRU is trained: stateful follows series row by row and keeps its "
              "state, as an exported network does; windowed predicts the last row of each window "
              "from the zero state. An FNN has no state."),
      .since = "0.2",
      HYPERPARAMETER (training),
  },
  {
      .name = "lookback",
      .title = N_ ("Lookback"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 10000),
      .initial = 100,
      .unit = N_ ("rows"),
      .help =
          N_ ("In stateful training, the length of the chunks; in windowed training, the length "
              "of the window that an LSTM or GRU sees for each prediction. Lookback times the sum "
              "of the layers cannot be more than 2,000,000."),
      .since = "0.1",
      .legacy = { "LOOKBACK" },
      HYPERPARAMETER (lookback),
  },
  {
      .name = "batch_size",
      .title = N_ ("Batch size"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 65536),
      .initial = 200,
      .unit = N_ ("windows"),
      .help = N_ ("The number of windows (rows for an FNN) in each step of the optimizer. Stateful "
                  "training has no windows."),
      .since = "0.1",
      .legacy = { "BATCH_SIZE" },
      HYPERPARAMETER (batch_size),
  },
  {
      .name = "streams",
      .title = N_ ("Streams"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 4096),
      .initial = 32,
      .help =
          N_ ("How many stretches of the training files stateful training follows side by side. "
              "One chunk of each makes one step of the optimizer."),
      .since = "0.2",
      HYPERPARAMETER (streams),
  },
  {
      .name = "max_epochs",
      .title = N_ ("Training limit"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 100000),
      .initial = 100,
      .unit = N_ ("epochs"),
      .help = N_ ("Training ends after this many epochs."),
      .since = "0.1",
      .legacy = { "MAX_EPOCHS" },
      HYPERPARAMETER (max_epochs),
  },
  {
      .name = "max_minutes",
      .title = N_ ("Training limit"),
      .type = VESTIM_SETTING_LIMIT,
      RANGE (0.001, 100000),
      .unit = N_ ("minutes"),
      .help = N_ ("Training ends after this time, even within an epoch."),
      .since = "0.1",
      HYPERPARAMETER (max_minutes),
  },
  {
      .name = "patience",
      .title = N_ ("Patience"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 100000),
      .initial = 20,
      .unit = N_ ("epochs"),
      .help = N_ ("Training ends after this many epochs without a smaller validation error."),
      .since = "0.1",
      .legacy = { "VALID_PATIENCE" },
      HYPERPARAMETER (patience),
  },
  {
      .name = "learning_rate",
      .title = N_ ("Learning rate"),
      .type = VESTIM_SETTING_NUMBER,
      RANGE (1e-8, 1),
      .initial = 0.003,
      .help = N_ ("The step size of the optimizer in the first epoch."),
      .since = "0.1",
      .legacy = { "INITIAL_LR" },
      HYPERPARAMETER (learning_rate),
  },
  {
      .name = "optimizer",
      .title = N_ ("Optimizer"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_OPTIMIZER_ADAM] = "adam", [VESTIM_OPTIMIZER_ADAMW] = "adamw"),
      .help = N_ ("The algorithm that changes the weights. With adam, the weight decay is added to "
                  "the gradient; with adamw, it acts on the weights directly."),
      .since = "0.1",
      .legacy = { "OPTIMIZER_TYPE" },
      HYPERPARAMETER (optimizer),
  },
  {
      .name = "weight_decay",
      .title = N_ ("Weight decay"),
      .type = VESTIM_SETTING_NUMBER,
      RANGE (0, 1),
      .initial = 0,
      .help = N_ ("How strongly each step pulls the weights towards zero."),
      .since = "0.1",
      .legacy = { "WEIGHT_DECAY" },
      HYPERPARAMETER (weight_decay),
  },
  {
      .name = "gradient_clip",
      .title = N_ ("Gradient clip"),
      .type = VESTIM_SETTING_LIMIT,
      RANGE (1e-6, 1e6),
      .help = N_ ("Scales a gradient with a larger norm down to this norm."),
      .since = "0.1",
      HYPERPARAMETER (gradient_clip),
  },
  {
      .name = "dropout",
      .title = N_ ("Dropout"),
      .type = VESTIM_SETTING_NUMBER,
      RANGE (0, 0.99),
      .initial = 0,
      .help = N_ ("The probability that training leaves out a value between two layers."),
      .since = "0.1",
      .legacy = { "DROPOUT_PROB", "GRU_DROPOUT_PROB", "FNN_DROPOUT_PROB" },
      HYPERPARAMETER (dropout),
  },
  {
      .name = "schedule",
      .title = N_ ("Learning rate schedule"),
      .type = VESTIM_SETTING_OBJECT,
      .help = N_ ("How the learning rate changes from epoch to epoch."),
      .since = "0.1",
      .is_hyperparameter = true,
  },
  {
      .name = "schedule.kind",
      .title = N_ ("Learning rate schedule"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_SCHEDULE_PLATEAU] = "plateau", [VESTIM_SCHEDULE_STEP] = "step",
                      [VESTIM_SCHEDULE_COSINE] = "cosine", [VESTIM_SCHEDULE_NONE] = "none"),
      .help = N_ ("How the rate changes: plateau multiplies it by the factor when the validation "
                  "error stops falling; step does so after each period; cosine lowers it to 0 "
                  "until max_epochs; none keeps it."),
      .since = "0.1",
      HYPERPARAMETER (schedule),
  },
  {
      .name = "schedule.factor",
      .title = N_ ("Schedule factor"),
      .type = VESTIM_SETTING_NUMBER,
      RANGE (0.001, 0.999),
      .initial = 0.5,
      .help = N_ ("The factor that multiplies the rate."),
      .since = "0.1",
      HYPERPARAMETER (schedule_factor),
      .schedules = BIT (PLATEAU) | BIT (STEP),
  },
  {
      .name = "schedule.patience",
      .title = N_ ("Schedule patience"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (0, 100000),
      .initial = 5,
      .unit = N_ ("epochs"),
      .help = N_ ("Plateau multiplies the rate after more than this many epochs without a smaller "
                  "validation error."),
      .since = "0.1",
      HYPERPARAMETER (schedule_patience),
      .schedules = BIT (PLATEAU),
  },
  {
      .name = "schedule.period",
      .title = N_ ("Schedule period"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 100000),
      .initial = 10,
      .unit = N_ ("epochs"),
      .help = N_ ("Step multiplies the rate after each period of this many epochs."),
      .since = "0.1",
      HYPERPARAMETER (schedule_period),
      .schedules = BIT (STEP),
  },
  {
      .name = "test_mode",
      .title = N_ ("Test mode"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ([VESTIM_TEST_AS_TRAINED] = "as_trained", [VESTIM_TEST_WINDOWED] = "windowed",
                      [VESTIM_TEST_STATEFUL] = "stateful"),
      .old_word = "carried",
      .old_word_means = VESTIM_TEST_STATEFUL,
      .help =
          N_ ("Which test of an LSTM or GRU gives the predictions and the main figures: windowed "
              "starts from the zero state for each row; stateful keeps the state from row to row "
              "through a file. Both are always done. The word carried also means stateful."),
      .since = "0.1",
      HYPERPARAMETER (test_mode),
  },
  {
      .name = "seed",
      .title = N_ ("Seed"),
      .type = VESTIM_SETTING_SEED,
      RANGE (0, (double) INT64_MAX),
      .initial = 1,
      .help = N_ ("The seed of all random numbers. The same seed gives bit-identical results on "
                  "the same type of processor."),
      .since = "0.1",
      HYPERPARAMETER (seed),
  },
  {
      .name = "repetitions",
      .title = N_ ("Repetitions"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 1000),
      .initial = 1,
      .help = N_ ("How many times each task runs, with the seeds seed, seed + 1 and so on."),
      .since = "0.1",
      .legacy = { "REPETITIONS" },
  },
  {
      .name = "threads",
      .title = N_ ("Threads"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 1024),
      .initial = 1,
      .help = N_ ("The number of threads. Each runs one task at a time. Threads without a task "
                  "help the others."),
      .since = "0.1",
  },
  {
      .name = "sweep",
      .title = N_ ("Sweep"),
      .type = VESTIM_SETTING_OBJECT,
      .help = N_ ("Lists of values, for example {\"learning_rate\": [0.001, 0.003]}. Each "
                  "combination of the values is a task. A random search also takes ranges."),
      .since = "0.1",
  },
  {
      .name = "search",
      .title = N_ ("Search"),
      .type = VESTIM_SETTING_OBJECT,
      .help = N_ ("How the values of the sweep are combined into tasks."),
      .since = "0.2",
  },
  {
      .name = "search.kind",
      .title = N_ ("Search"),
      .type = VESTIM_SETTING_WORD,
      .words = WORDS ("grid", "random"),
      .help = N_ ("grid tries each combination; random draws combinations, also from ranges."),
      .since = "0.2",
  },
  {
      .name = "search.tasks",
      .title = N_ ("Tasks of the search"),
      .type = VESTIM_SETTING_WHOLE,
      RANGE (1, 10000),
      .help = N_ ("The number of tasks of a random search, with repetitions."),
      .since = "0.2",
  },
  {
      .name = "search.minutes",
      .title = N_ ("Time of the search"),
      .type = VESTIM_SETTING_LIMIT,
      RANGE (0.001, 100000),
      .unit = N_ ("minutes"),
      .help = N_ ("After this time, a random search begins no other task."),
      .since = "0.2",
  },
  { .name = NULL },
};
