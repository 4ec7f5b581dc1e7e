package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.CounterRow
import th.pakmut.core.CountersScreen
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind

/** My counters, what needs doing first. */
class CountersView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ counters() }, ::page)

    private fun page(screen: CountersScreen): View {
        val next = screen.next
        return look.page(
            listOf(
                look.tabs(stage, home, TabKind.COUNTERS),
                home.lao?.let(look::quiet),
                look.title(screen.line),
                screen.empty?.let(look::text),
            ) + screen.rows.map(::row) + look.quiet(screen.queueLine),
            listOf(
                if (next != null) {
                    look.primary(screen.nextText.orEmpty()) { stage.push(CaptureView(stage, next)) }
                } else {
                    look.primary(label("button-sync")) { stage.home(TabKind.QUEUE) }
                },
            ),
        )
    }

    private fun row(row: CounterRow): View = look.row(
        look.text(row.name, 18f, bold = true),
        look.quiet(listOf(row.kind, row.address).filter { it.isNotEmpty() }.joinToString(" · ")),
        look.text("${look.mark(row.standing)} ${row.standingText}", colour = look.accent),
        row.reason?.let(look::text),
        row.conflict?.let(look::text),
        row.sample?.let(look::quiet),
        act = if (row.canPin) ({ stage.push(CaptureView(stage, row.counter)) }) else null,
    )
}
