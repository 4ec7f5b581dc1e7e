package th.pakmut.app.screens

import android.text.InputType
import android.view.View
import android.widget.EditText
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.AnswerInput
import th.pakmut.core.Choice
import th.pakmut.core.SurveyItem
import th.pakmut.core.SurveyPage

/** Filling in a form, a page at a time. Each answer is on the disk at once. */
class SurveyPageView(stage: Stage, private var page: SurveyPage) : Screen(stage) {
    /** What was typed and not yet told: it goes before the page is left. */
    private val typed = LinkedHashMap<String, EditText>()

    override fun view(): View {
        typed.clear()
        val shown = page
        return look.page(
            listOf(look.quiet(shown.trial), look.quiet(shown.number)) +
                shown.headings.map(look::title) +
                shown.problems.map(look::problem) +
                shown.items.flatMap(::item) +
                shown.repeats.map { repeat ->
                    look.secondary("+ ${repeat.text}") {
                        told { core.ask({ addSurveyRepetition(shown.draft, repeat.code) }, stage::problem, ::show) }
                    }
                },
            listOf(
                if (shown.atEnd) {
                    look.primary(label("button-finish")) {
                        core.ask({ finishSurvey(shown.draft) }, stage::problem) {
                            stage.saved()
                            stage.back()
                        }
                    }
                } else {
                    look.primary(label("button-next")) {
                        told { core.ask({ nextSurveyPage(shown.draft) }, stage::problem, ::show) }
                    }
                },
                look.secondary(label("button-back")) {
                    told {
                        core.ask({ backSurveyPage(shown.draft) }, stage::problem) { before ->
                            if (before == null) stage.back() else show(before)
                        }
                    }
                },
            ),
        )
    }

    override fun paused() = told {}

    private fun show(next: SurveyPage) {
        page = next
        stage.refresh()
    }

    private fun answer(path: String, value: String) =
        core.ask({ answerSurvey(page.draft, path, value) }, stage::problem, ::show)

    /** Tells what was typed, and then goes on. */
    private fun told(then: () -> Unit) {
        val changed = typed.filter { (path, field) ->
            page.items.any { it.path == path && it.value != field.text.toString() }
        }.mapValues { it.value.text.toString() }
        val draft = page.draft
        if (changed.isEmpty()) return then()
        core.ask(
            { changed.map { (path, value) -> answerSurvey(draft, path, value) }.last() },
            stage::problem,
        ) { after ->
            page = after
            then()
        }
    }

    private fun item(item: SurveyItem): List<View?> {
        val words = if (item.required) "${item.label} *" else item.label
        val asked = when (item.input) {
            AnswerInput.HEADING -> look.text(words, 20f, bold = true)
            else -> look.text(words, 18f)
        }
        val hint = if (item.hint.isEmpty()) null else look.quiet(item.hint)
        val input: List<View> = when (item.input) {
            AnswerInput.HEADING, AnswerInput.NOTE -> emptyList()
            AnswerInput.PHOTO -> listOf(photo(item))
            AnswerInput.ONE -> listOf(
                look.choices(
                    item.choices.map { Choice(it.code, it.text) },
                    item.choices.firstOrNull { it.chosen }?.code,
                ) { if (!item.readOnly) answer(item.path, it) },
            )
            AnswerInput.MANY -> many(item)
            else -> listOf(field(item))
        }
        return listOf(asked, hint) + input + item.problem?.let(look::problem)
    }

    private fun photo(item: SurveyItem): View {
        val box = PhotoBox(
            stage,
            took = { shot ->
                told {
                    core.ask({ answerSurvey(page.draft, item.path, keepPhoto(shot.scaled)) }, stage::problem, ::show)
                }
            },
            removed = { told { answer(item.path, "") } },
        )
        return fetched({ shownPhoto(item.value) }, box::view)
    }

    private fun many(item: SurveyItem): List<View> {
        val boxes = item.choices.map { choice ->
            look.check(choice.text, choice.chosen) {}.apply { isEnabled = !item.readOnly }
        }
        boxes.forEach { box ->
            box.setOnCheckedChangeListener { _, _ ->
                val chosen = item.choices.filterIndexed { index, _ -> boxes[index].isChecked }
                answer(item.path, chosen.joinToString(" ") { it.code })
            }
        }
        return boxes
    }

    private fun field(item: SurveyItem): EditText {
        val lines = if (item.input == AnswerInput.TEXT) 4 else 1
        val field = look.field("", item.value, lines = lines)
        field.contentDescription = item.label
        field.isEnabled = !item.readOnly
        // No number keyboard: it would keep Thai digits out.
        if (item.input == AnswerInput.TEXT) {
            field.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE
        }
        typed[item.path] = field
        return field
    }
}
