package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.FollowUpScreen
import th.pakmut.core.HomeScreen
import th.pakmut.core.TabKind

/** How far the province's LAOs are, those that are behind first. */
class FollowUpView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ followUp() to home().queueLine }) { (screen, line) ->
        page(screen, line)
    }

    private fun page(screen: FollowUpScreen, line: String): View = look.page(
        listOf(
            look.tabs(stage, home, TabKind.FOLLOW_UP),
            home.round?.let(look::quiet),
            look.title(screen.line),
            look.text(screen.behind).takeIf { screen.empty == null },
            screen.empty?.let(look::text),
        ) + screen.rows.map { row ->
            look.row(
                look.text(row.name, 18f, bold = true),
                look.quiet(row.line),
                row.missing.takeIf { it.isNotEmpty() }
                    ?.let { look.text(it.joinToString(" · "), colour = look.accent) },
            )
        } + look.quiet(line),
        listOf(look.primary(label("button-sync")) { stage.home(TabKind.QUEUE) }),
    )
}
