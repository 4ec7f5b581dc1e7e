package th.pakmut.app.screens

import android.view.View
import android.widget.Switch
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.AboutScreen
import th.pakmut.core.HomeScreen
import th.pakmut.core.Lang
import th.pakmut.core.TabKind

/** Language, registry address, about and privacy. */
class AboutView(stage: Stage, private val home: HomeScreen) : Screen(stage) {
    override fun view(): View = fetched({ about() }, ::page)

    private fun page(screen: AboutScreen): View {
        val settings = stage.settings
        val address = look.field(label("field-registry"), screen.registry)
        val here = if (settings.lang == Lang.EN) "en" else "th"
        @Suppress("UseSwitchCompatOrMaterialCode")
        val digits = Switch(address.context).apply {
            text = label("field-digits")
            textSize = 16f
            minHeight = look.dp(48)
            setTextColor(look.ink)
            isChecked = settings.thaiDigits
            setOnCheckedChangeListener { _, on ->
                settings.thaiDigits = on
                core.restyle()
                stage.home(TabKind.ABOUT)
            }
        }
        return look.page(
            listOf(
                look.tabs(stage, home, TabKind.ABOUT),
                look.text(label("field-language"), bold = true),
                look.choices(screen.languages, here) { code ->
                    settings.lang = if (code == "en") Lang.EN else Lang.TH
                    core.restyle()
                    stage.home(TabKind.ABOUT)
                },
                digits,
                look.labelled(address),
                look.secondary(label("button-save")) { stage.moveTo(address.text.toString()) },
            ) + screen.privacy.map { look.text(it) } +
                listOf(
                    screen.recovered?.let(look::problem),
                    look.quiet(screen.version),
                    look.quiet(screen.device),
                    look.quiet(label("screen-sign-out-note")),
                ),
            listOf(
                look.secondary(label("button-sign-out")) {
                    core.ask({ signOut() }, stage::problem) { stage.home() }
                },
            ),
        )
    }
}
