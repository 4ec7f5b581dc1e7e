package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.CheckRow
import th.pakmut.core.ChecksScreen
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind

/** The counters to be measured once more, and what was said of those that were. */
class ChecksView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ checks() to home().queueLine }) { (screen, line) ->
        page(screen, line)
    }

    private fun page(screen: ChecksScreen, line: String): View = look.page(
        listOf(
            look.tabs(stage, home, TabKind.CHECKS),
            look.title(screen.line),
            look.quiet(screen.how),
            screen.empty?.let(look::text),
        ) + screen.rows.map(::row) + look.quiet(line),
    )

    private fun row(row: CheckRow): View = look.row(
        look.text(row.name, 18f, bold = true),
        look.quiet(listOf(row.lao, row.address).filter { it.isNotEmpty() }.joinToString(" · ")),
        look.text(row.standing, colour = look.accent),
        row.detail?.let(look::text),
        act = {
            stage.push(CaptureView(stage, TabKind.CHECKS) { beginCheck(row.check) })
        }.takeIf { row.canMeasure },
    )
}
