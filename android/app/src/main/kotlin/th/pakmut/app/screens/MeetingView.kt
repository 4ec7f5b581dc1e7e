package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.Choice
import th.pakmut.core.MeetingRow
import th.pakmut.core.NewsRow

/** Whether somebody comes to a meeting, and how many. */
class MeetingView(
    stage: Stage,
    private val news: NewsRow,
    private val meeting: MeetingRow,
) : Screen(stage) {
    override fun view(): View {
        var will = meeting.will
        val people = look.field(label("meeting-people"), meeting.people)
        val many = look.labelled(people).apply { visibility = shown(will == true) }
        val problem = look.problem("").apply { visibility = View.GONE }
        val answers = listOf(
            Choice(true.toString(), label("meeting-will")),
            Choice(false.toString(), label("meeting-will-not")),
        )
        return look.page(
            listOf(
                look.title(news.title),
                news.text.takeIf { it.isNotEmpty() }?.let(look::text),
                look.quiet(news.`when`),
                look.text(label("meeting-question"), bold = true),
                look.choices(answers, will?.toString()) { code ->
                    will = code.toBoolean()
                    many.visibility = shown(will == true)
                },
                many,
                problem,
            ),
            listOf(
                look.primary(label("button-save")) {
                    val count = people.text.toString()
                    core.ask({ answerMeeting(meeting.meeting, will, count) }, { problem.tell(it) }) {
                        stage.saved()
                        // The answer stands on the home screen, which is read anew.
                        stage.home()
                    }
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    private fun shown(yes: Boolean): Int = if (yes) View.VISIBLE else View.GONE
}
