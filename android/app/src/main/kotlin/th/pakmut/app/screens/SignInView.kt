package th.pakmut.app.screens

import android.view.View
import th.pakmut.app.Problem
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.Lang
import th.pakmut.core.SignInScreen
import th.pakmut.core.label

/** Signing in; also where the core could not be opened, so that the address can be mended. */
class SignInView(stage: Stage, private val broken: Problem? = null) : Screen(stage) {
    private val lang get() = stage.settings.lang

    override fun view(): View =
        if (broken != null) page(null) else fetched({ signInScreen() }, ::page)

    private fun page(screen: SignInScreen?): View {
        val address = look.field(label(lang, "field-registry"), stage.settings.registry)
        val username = look.field(label(lang, "field-username"), screen?.username.orEmpty())
        val password = look.field(label(lang, "field-password"), password = true)
        val problem = look.problem("").apply { visibility = View.GONE }
        broken?.let(problem::tell)
        val moved = { address.text.toString().trim() != stage.settings.registry }
        val enter = look.primary(label(lang, "button-sign-in")) {
            if (broken != null || moved()) {
                stage.moveTo(address.text.toString())
            } else {
                val (name, secret) = username.text.toString() to password.text.toString()
                core.ask({ signIn(name, secret) }, problem::tell) {
                    stage.saved()
                    stage.home()
                }
            }
        }
        val other = if (lang == Lang.TH) Lang.EN else Lang.TH
        val language = look.secondary(if (other == Lang.EN) "English" else "ไทย") {
            stage.settings.lang = other
            if (broken == null) core.restyle()
            stage.refresh()
        }
        val code = look.secondary(label(lang, "button-enter-code")) {
            if (moved()) stage.moveTo(address.text.toString()) else stage.push(CodeView(stage))
        }
        return look.page(
            listOf(
                look.title(label(lang, "app-name")),
                screen?.let { look.text(it.note) },
                screen?.others?.let(look::quiet),
                look.labelled(username).takeIf { broken == null },
                look.labelled(password).takeIf { broken == null },
                problem,
                code.takeIf { broken == null },
                look.labelled(address),
                language,
            ),
            listOf(enter),
        )
    }
}
