# Forms: the words of problems by their codes (form_loop has the words form-loop)

# A place in the file
import-place = sheet { $sheet }, row { $row }, column { $column }
import-place-row = sheet { $sheet }, row { $row }
import-place-column = sheet { $sheet }, column { $column }
import-place-sheet = sheet { $sheet }
import-unsupported = Not supported, left out: { $what }
import-done = Form { $id }, version { $version }, is in: { $questions } questions

# The XLSForm file
import-file-too-large = The file is too large: at most { $limit } bytes
import-unpacks-too-large = The file is too large once unpacked
import-too-many-cells = The file has too many cells: at most { $limit }
import-not-xlsx = The file cannot be read as XLSX
import-no-sheet = There is no sheet { $sheet }
import-no-column = There is no column { $column }
import-duplicate-column = There are two columns { $column }
import-language = The language { $value } cannot be used: Thai (th) or English (en)
import-no-type = The row has no type
import-unknown-type = The type { $type } is not known
import-unsupported-type = The type { $type } is not supported
import-wrong-end = This does not end what was begun
import-not-ended = The group { $question } is begun and never ended
import-no-list-name = The choice names no list
import-no-label = The choice has no label
import-score = The score { $value } is not a number

# The form
form-format = The form has format { $found }, which this program cannot read
form-id = A form's id has only English letters, digits, _ and -
form-no-version = The form has no version
form-no-title = The form has no title
form-no-questions = The form asks nothing
form-too-many-items = { $count } questions: at most { $limit }
form-too-many-choices = { $count } choices: at most { $limit }
form-too-deep = The group { $question } is nested deeper than { $limit }
form-name = “{ $question }” cannot be a name: it begins with a letter and has no blanks
form-duplicate-name = { $question } is the name of two questions
form-no-label = The question { $question } has no label
form-no-list = The question { $question } has its choices in { $list }, which is not there
form-choice = “{ $choice }” in the list { $list } cannot be a choice: it is empty or has blanks
form-duplicate-choice = The choice { $choice } is twice in the list { $list }
form-unknown-name = The question { $question } refers to { $unknown }, which is not in the form
form-no-calculation = The question { $question } has nothing to calculate
form-loop = The conditions or calculations of these go in a circle: { $names }

# Expressions
expression-syntax = The expression of { $question } is not understood from character { $at } on
expression-too-long = The expression of { $question } is longer than { $limit } bytes
expression-too-deep = The expression of { $question } is nested deeper than { $limit }
expression-unknown-function = { $question } uses the function { $function }(), which is not known
expression-arguments = { $question } gives { $function }() a wrong number of values ({ $given })
expression-not-nodes = { $question } gives { $function }() a single value: it needs a question or a group
expression-pattern = { $question } uses the pattern { $pattern }, which cannot be used
expression-argument = { $question } gives { $function }() what it cannot use: { $value }
expression-text-too-long = The expression of { $question } makes too long a text
expression-too-much-work = The expression of { $question } takes too much work

# Answers
answer-required = This is not answered yet
answer-constraint = The answer is outside what is allowed
answer-type = The answer is not of the question's type
answer-range = The number is out of range
answer-text = The text is too long or has a character that cannot be stored
answer-choice = This is not one of the choices
answer-unknown = The form has no question { $question }
answer-not-relevant = After the other answers this is not asked
answer-not-asked = This is not to be answered
answer-expression = The question's condition cannot be computed: please tell who made the form
answer-repetitions = The number of repetitions does not fit the form
answer-form = The answers belong to another form or version
