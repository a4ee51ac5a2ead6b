"""The code of every kind of mistake: stable, so that a program can tell them apart without reading texts.

A code is given to one kind of mistake for good. Its number is never given to another, its name may not change; new ones are added at
the end of their list, and `tests/docs/error_codes.txt` holds all there have been. What is written here is also the page
docs/reference/errors.md (`python -m tests.docs.error_page`).
"""

from __future__ import annotations

import enum


class Code(enum.Enum):
    """A kind of mistake: its code, what happened in general, and what can be done about it.

    Attributes:
        value: As it is shown and documented: `LOS-D018`.
        happened: What happened, of whatever project; it quotes nothing of anybody's.
        remedy: What to do.
    """

    happened: str
    remedy: str

    def __new__(cls, value: str, happened: str, remedy: str) -> Code:  # noqa: D102
        code = object.__new__(cls)
        code._value_, code.happened, code.remedy = value, happened, remedy
        return code

    def __str__(self) -> str:
        return str(self.value)


# One line for each code.
# fmt: off

@enum.unique
class ProjectCode(Code):
    """What is wrong with a project file, by `ProjectError`."""

    PROJECT_NOT_FOUND = "LOS-P001", "There is no such project folder or file.", "Name the project's folder, or write an example with `los init`."
    NO_PROJECT_FILE = "LOS-P002", "The folder has no project file.", "Name the project's folder, or write an example with `los init`."
    TWO_PROJECT_FILES = "LOS-P003", "The folder has two project files, `.yml` and `.yaml`.", "Keep one of them."
    FILE_UNREADABLE = "LOS-P004", "The project file or its folder cannot be read.", "Look at its permissions."
    TOO_LARGE = "LOS-P005", "The project file is too large, has too many values, or is nested too deeply.", "Keep data in files of their own and name them under `tables`."
    NOT_UTF8 = "LOS-P006", "The project file is not text in UTF-8.", "Save it with the encoding UTF-8."
    UNPRINTABLE = "LOS-P007", "The project file has a character that cannot be printed.", "Remove it."
    NOT_YAML = "LOS-P008", "The project file is not YAML.", "Mend the line that is named: most often indentation, a colon or a quote."
    EMPTY_FILE = "LOS-P009", "The project file is empty.", "Write one; `los init` writes an example."
    NOT_A_MAPPING = "LOS-P010", "The project file is not a mapping of sections.", "Begin it with `name: My shop`."
    DUPLICATE_KEY = "LOS-P011", "A key is there twice.", "Keep one of them."
    KEY_NOT_TEXT = "LOS-P012", "Something else than text stands where a key is expected.", "Put it in quotes, or give it a name."
    YAML_FEATURE = "LOS-P013", "A tag, a merge key or another feature of YAML is used that project files do not have.", "Write the value out, in quotes if it is text."
    VARIABLE_NOT_SET = "LOS-P014", "A variable of the file has no value.", "Set it in the environment, pass `--var NAME=VALUE`, or write a default: `${NAME:-default}`."
    VARIABLE_MALFORMED = "LOS-P015", "A variable is not written as it should be.", "Write `${NAME}` in the file and `--var NAME=VALUE` on the command line."
    VARIABLE_UNUSED = "LOS-P016", "A variable is given that the file does not have.", "Correct its name, or leave it out."
    FILE_EXISTS = "LOS-P017", "A project file is there already and is left as it is.", "Choose another folder, or edit it."
    FILE_UNWRITABLE = "LOS-P018", "The project file cannot be written.", "Choose a folder that you can write to."
    SEVERAL_PROBLEMS = "LOS-P019", "The project file has several problems, each with a code of its own.", "Mend each that is listed; in JSON they are `problems`."
    UNKNOWN_KEY = "LOS-P020", "A section has a key that it does not know.", "Correct the key, or take it out."
    MISSING_KEY = "LOS-P021", "A section lacks a key that it needs.", "Add it."
    WRONG_KIND = "LOS-P022", "A value is of another kind than is needed: text, number, list, section.", "Write it in the form that is named."
    NOT_AMONG = "LOS-P023", "A value is not one of the words that are allowed.", "Write one of them."
    OUT_OF_RANGE = "LOS-P024", "A value is too small, too large or too long.", "Choose one inside the limits that are named."
    KEYS_CONFLICT = "LOS-P025", "Keys stand together that exclude each other, or one without the one that it goes with.", "Keep one of them, or add the other."
    WRONG_ORDER = "LOS-P026", "Values that have to rise do not: days, the ends of a scale, cuts, lengths of periods.", "Put them in order."
    EMPTY_VALUE = "LOS-P027", "A text is empty where something has to be said.", "Write it."
    NOTHING_DECLARED = "LOS-P028", "No operation, or neither perception nor behaviour, is declared.", "Declare one."
    NAME_NOT_ALLOWED = "LOS-P029", "A name has characters that names do not have, or is a word of SQL.", "Choose letters, digits and underscores, a letter first."
    NAME_TAKEN = "LOS-P030", "Two things have the same name, or one is listed twice.", "Rename one of them, or keep one."
    UNKNOWN_NAME = "LOS-P031", "An operation, perception, behaviour, segment or control is named that is not declared.", "Correct the name, or declare it."
    UNKNOWN_TABLE = "LOS-P032", "A table is named that is not declared.", "Correct the name, or declare it under `tables`."
    UNKNOWN_TIME_ZONE = "LOS-P033", "A time zone is named that there is not.", "Write one as `Europe/Berlin` or `UTC`."
    NOT_A_PATH = "LOS-P034", "A text is no path of a file.", "Write the path of a file, relative to the project's folder."
    NEEDS_SPARK = "LOS-P035", "Something is declared that only Spark reads, and the engine is DuckDB.", "Write `engine: spark`, or name files of this machine."
    URL_FORMAT = "LOS-P036", "The format of what lies behind a URL cannot be told, or Spark does not read it.", "Add `format: parquet`, `csv` or `json`."
    SHARES_DO_NOT_ADD_UP = "LOS-P037", "The shares of the levels of a margin do not add up to 100 %.", "Write the share of every level."
    CIRCLE = "LOS-P038", "Tables read each other in a circle, or perceptions lead to each other in one.", "Take one of the links out."
    CHAIN_TOO_LONG = "LOS-P039", "A chain of perceptions that lead to each other is too long.", "Let a touchpoint's perception lead to the overall one at once."
    ANSWERED_AFTER = "LOS-P040", "A perception could be answered after the one that it leads to.", "Make its `within` no longer than that of the other."
    LEADS_TO_ITSELF = "LOS-P041", "One name is both cause and outcome.", "Name two."
    SCALE_NOT_STANDARD = "LOS-P042", "A measure that is defined on one scale is declared on another.", "Use `measure: score`."
    NOT_A_FORMAT = "LOS-P043", "A text is no format of dates.", "Write it in the letters of strptime, as `'%d.%m.%Y'`."
    SQL_UNREADABLE = "LOS-P050", "SQL cannot be read: a quote, a comment or a parenthesis, or its grammar.", "Mend the place that is named."
    SQL_TOO_LARGE = "LOS-P051", "SQL is too long or nested too deeply.", "Make several tables of it."
    SQL_NOT_ONE_SELECT = "LOS-P052", "A table's SQL is something else than one SELECT.", "Write one SELECT for each table."
    SQL_NOT_ONE_VALUE = "LOS-P053", "An expression holds a query, several values or statements.", "Compute it in a table with `sql`, or name the rows in `table`."
    SQL_READS_FILES = "LOS-P054", "SQL reads a file itself.", "Declare the file under `tables` with `path`."
    FUNCTION_NOT_ALLOWED = "LOS-P055", "SQL calls a function that is not among those that only compute.", "Use another one, or compute the column before."
    NOT_REPEATABLE = "LOS-P056", "SQL answers differently each time: a clock, chance, a sample.", "Write it so that a run gives the same numbers again."


@enum.unique
class DataCode(Code):
    """What is wrong with the data, by `DataError`."""

    FILE_NOT_FOUND = "LOS-D001", "A file of data that is declared is not there.", "Correct the path; relative paths start at the project's folder."
    PATH_IS_FOLDER = "LOS-D002", "The path of a table is a folder.", "Name its files, as `folder/*.parquet`."
    FILE_UNREADABLE = "LOS-D003", "A file cannot be read in its format.", "Check the file, or say what it is with `format`."
    CSV_LINES = "LOS-D004", "Lines of a CSV file have another number of fields than the first line names.", "Mend the line that is named, or export the table again."
    TEXT_ENCODING = "LOS-D005", "A CSV file is no text, or not in the encoding that is read.", "Save it as UTF-8, or say `encoding: windows-1252` or `utf-16`."
    FORMAT_NOT_TOLD = "LOS-D006", "The format of a file cannot be told from its name.", "Add `format`."
    KEY_OF_OTHER_FORMAT = "LOS-D007", "A key of a table belongs to files of another format.", "Take it out."
    FORMAT_NOT_ON_SPARK = "LOS-D008", "Files of this format are not read by Spark.", "Export the table as Parquet, or run with `engine: duckdb`."
    SEVERAL_DATABASES = "LOS-D009", "Several database files match, or none; a table comes from one.", "Name one."
    DATABASE_TABLE_NOT_NAMED = "LOS-D010", "It is not said which table of a database file is meant.", "Add `table`."
    DATABASE_TABLE_NOT_FOUND = "LOS-D011", "A database file has no such table.", "Correct `table`; those there are are listed."
    CATALOG_UNREADABLE = "LOS-D012", "A table of Spark's catalogue cannot be read.", "Look at its name and at the rights of the session."
    TABLE_EMPTY = "LOS-D013", "A table has no row.", "Export it again, or take it out."
    SQL_FAILS = "LOS-D014", "The engine refuses a table's SQL.", "Run the query in the engine to see it in full."
    SQL_WITHOUT_ROWS = "LOS-D015", "A table's SQL gives no row.", "Look at its joins and conditions."
    SQL_NOT_ONE_SELECT = "LOS-D016", "The engine sees more than one SELECT in a table's SQL.", "Write one SELECT."
    NOT_PORTABLE = "LOS-D017", "SQL is not known to mean the same on Spark.", "Write it as the hint says, or with `dialect: spark`."
    COLUMN_NOT_FOUND = "LOS-D018", "A table has no such column.", "Correct the name; near ones are listed."
    EXPRESSION_FAILS = "LOS-D019", "An expression cannot be computed on the table or on some of its rows.", "Mend the data, or write `try_cast(… as …)`."
    NOT_ONE_EXPRESSION = "LOS-D020", "The engine sees more than one expression.", "Write one."
    WRONG_TYPE = "LOS-D021", "An expression has another type than is needed here.", "Convert it in the expression, or choose another column."
    NOT_A_NUMBER = "LOS-D022", "Values are no numbers.", "Say which numbers texts stand for with `answers`, or write the number that they hold as the hint says."
    NOT_A_TIME = "LOS-D023", "Values are no dates or times, or a part of them is not understood.", "Say in the table how they are written: `dates: '%d.%m.%Y %H:%M'`."
    INFINITE = "LOS-D024", "Numbers are infinite.", "Look for a division by zero."
    BEYOND_CALENDAR = "LOS-D025", "Times lie before the year 1 or after the year 9999.", "Mend the data, or write `nullif(x, 'infinity')`."
    TOO_EXTREME = "LOS-D026", "Numbers are so large or so small that their powers are no doubles.", "Write them in other units."
    MIXED_ZONES = "LOS-D027", "Some times of a column have a time zone, others have none.", "Write every time with its zone, or every one without."
    ZONES_DIFFER = "LOS-D028", "Times of some tables have a time zone, those of others have none.", "Say what the latter mean with `timezone`."
    DAY_OR_MONTH = "LOS-D029", "Dates do not tell days from months, or years of two digits from days.", "Say in the table how they are written: `dates: '%d/%m/%Y'`."
    NOT_UNIQUE = "LOS-D030", "The key of episodes is not unique, or a customer is listed more than once.", "Choose a key that names one row, or make one row of each."
    NO_EPISODE = "LOS-D031", "No episode is left: each lacks its customer, its key or its time.", "Look at these and at `where`."
    NO_COMPLETE_EPISODE = "LOS-D032", "No episode has all operations and controls.", "Leave out what is hardly ever known, or say `missing: indicator`."
    OFF_SCALE = "LOS-D033", "Answers lie off the scale.", "Correct the scale, or keep such answers out with `where`."
    CALENDAR_WITHOUT_ENDS = "LOS-D034", "Nothing says when the calendar begins and ends.", "Set `first` and `last`."
    CALENDAR_TOO_SHORT = "LOS-D035", "No whole period lies in the calendar.", "Set `first` and `last`, or take a shorter period."
    MARGIN_LEVEL_UNKNOWN = "LOS-D036", "A margin has a level that no episode has.", "Correct it; near ones are listed."
    MARGIN_LEVEL_MISSING = "LOS-D037", "A margin leaves out a level that some episodes have.", "Write the share of every level."
    MARGIN_UNANSWERED = "LOS-D038", "Nobody of a level of a margin answered.", "Join the level with one that is like it."
    MARGIN_OF_NUMBERS = "LOS-D039", "A margin is of a number, which has no levels.", "Make levels of it, as with CASE."
    HEADER_UNCLEAR = "LOS-D050", "It is not clear in which lines of a CSV file the names of its columns stand.", "Say how many lines the header takes, with `header`, and how many stand above it, with `skip`."
    COLUMN_AMBIGUOUS = "LOS-D051", "A name stands for several columns, or for a column and a computation.", "Write the name that the hint gives for the one that is meant."
    SPREADSHEET = "LOS-D052", "A file is a workbook or an archive, which is not read.", "Save its sheet as CSV (UTF-8), and name that file in `path`."
    VIEW_READS_OUTSIDE = "LOS-D060", "A view inside a database file reads something else than this file.", "Write what it gives into a table of the file, and name that."
    STATUS_NOT_FOUND = "LOS-D061", "A value that a behaviour lists for a status does not occur in its column.", "Correct it under `is` or `is_not`; near ones are listed."
    NUMBER_UNCLEAR = "LOS-D053", "Numbers may mean several things: a dot or a comma that parts thousands or decimals, several currencies.", "Say in the table what the sign parts: `thousands: '.'` or `decimal: '.'`."


@enum.unique
class EngineCode(Code):
    """What the engine or the machine could not do, by `EngineError`."""

    OUT_OF_MEMORY = "LOS-E001", "The memory ran out.", "Raise `engine: {duckdb: {memory: …}}`, narrow the data, or use a machine with more."
    PROCESS_STOPPED = "LOS-E002", "A process that counts was stopped, most likely for want of memory.", "Free some, or count in one process: `engine: {duckdb: {threads: 1}}`."
    DISK_FULL = "LOS-E003", "The disk is full.", "Free some space and run again."
    FOLDER_UNWRITABLE = "LOS-E004", "The working folder of the project cannot be written to.", "Make it writable."
    FILE_FAILED = "LOS-E005", "A file could not be read or written.", "Look at the disk and the permissions."
    ENGINE_FAILED = "LOS-E006", "The engine failed on data that were checked.", "Report it with the text of the error."
    SETTING_REFUSED = "LOS-E007", "DuckDB refuses a setting.", "Write memory as `4GB`, threads as `2`."
    PYSPARK_MISSING = "LOS-E008", "The project's engine is Spark, and pyspark is not installed.", "`pip install 'lineofsight[spark]'`."
    SPARK_NOT_STARTED = "LOS-E009", "Spark cannot be started or reached.", "Look at Java and at the address of the cluster."
    SPARK_CONNECT = "LOS-E010", "The session is one of Spark Connect, which runs no kernel on the workers.", "Run on a classic session."
    SPARK_FAILED = "LOS-E011", "Spark failed on data that were checked.", "Look at the driver's and the workers' logs."
    SESSION_UNWANTED = "LOS-E012", "A Spark session or its tables are given, and the project's engine is DuckDB.", "Write `engine: spark`."
    GIVEN_TABLE_UNKNOWN = "LOS-E013", "A table is given that the project does not declare.", "Correct its name, or declare it."
    CODE_UNREADABLE = "LOS-E014", "The code of Lineofsight cannot be read, so stored answers cannot be told to be its own.", "Install it from its wheel."
    TIME_LIMIT = "LOS-E060", "Something that the engine computes took longer than `limits` allows.", "Raise `limits: {sql: …}`, or make the SQL of the project quicker."
    TOO_FEW_THREADS = "LOS-E061", "The system lets the process start too few threads.", "Raise `ulimit -u` or the container's limit, or write `engine: {duckdb: {threads: 1}}`."
    UNFORESEEN = "LOS-E062", "Something happened that was not foreseen.", "It is a fault of Lineofsight: report it with the text of the error."


@enum.unique
class RunCode(Code):
    """What is wrong with a run or a file to be written, by `RunError`."""

    NO_RUN_YET = "LOS-R001", "The project has no run yet.", "Make one with `los run`."
    RUN_NOT_FOUND = "LOS-R002", "The project has no run of this id.", "Correct it; near ones are listed."
    NOT_A_RUN = "LOS-R003", "The folder is no run.", "Name a folder below `runs/`."
    RUN_UNREADABLE = "LOS-R004", "The run cannot be read.", "Look at its permissions."
    RUN_DAMAGED = "LOS-R005", "A file of the run is damaged.", "Run the project again."
    FILE_MISSING = "LOS-R006", "A table's file is missing from the run.", "Run the project again."
    OTHER_VERSION = "LOS-R007", "The run was written by another version of Lineofsight, or changed by hand.", "Run the project again."
    UNKNOWN_TABLE = "LOS-R008", "Runs have no such table.", "Correct its name; `los show` lists them."
    UNKNOWN_COLUMN = "LOS-R009", "The table of a run has no such column.", "Correct its name."
    UNKNOWN_NAME = "LOS-R010", "The run has no such operation, perception or behaviour.", "Correct its name."
    UNKNOWN_SEGMENT = "LOS-R011", "The run has no such segment.", "Correct it, as `region = north`."
    UNKNOWN_PERIOD = "LOS-R012", "The run has no such period.", "Take one of those that are listed."
    PERIODS_REVERSED = "LOS-R013", "There is no change between these periods: the later one comes second.", "Exchange `--from` and `--to`."
    NO_CHANGE = "LOS-R014", "The run has no change: its data lie in one period.", "Run the project on data of a longer time."
    DISK_FULL = "LOS-R015", "The disk is full; nothing was kept.", "Free some space and run again."
    RUN_UNWRITABLE = "LOS-R016", "The run could not be written.", "Make the project's folder writable."
    REPORT_UNWRITABLE = "LOS-R017", "The report could not be written.", "Name another file with `--out`."
    NOT_A_FOLDER = "LOS-R018", "A file is named where a folder is needed.", "Name a folder."
    NOT_A_FILE = "LOS-R019", "A folder is named where a file is needed.", "Name a file in it."
    FOLDER_NOT_FOUND = "LOS-R020", "There is no such project folder.", "Name the project's folder, or its file."
    FOLDER_NOT_EMPTY = "LOS-R021", "The folder is not empty and holds no demo.", "Name another folder."
    DEMO_UNWRITABLE = "LOS-R022", "The demo could not be written.", "Name another folder."
    NO_TRUTH = "LOS-R023", "The project is not simulated, so its truth is not known.", "Use a folder that `los demo` made."
    TABLE_MALFORMED = "LOS-R024", "Rows do not fit the table of the run that they are for.", "It is a fault of Lineofsight: report it."


@enum.unique
class CommandCode(Code):
    """What ended the command otherwise."""

    USAGE = "LOS-U001", "The command line cannot be understood.", "Look at `--help`."
    INTERRUPTED = "LOS-U002", "The command was stopped with Ctrl-C; nothing half-done is kept.", "Start it again."
    OUTPUT_CLOSED = "LOS-U060", "The standard output is closed.", "Say where it goes, as in `> /dev/null`."
