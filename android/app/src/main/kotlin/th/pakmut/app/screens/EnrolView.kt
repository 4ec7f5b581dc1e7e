package th.pakmut.app.screens

import android.text.InputType
import android.view.View
import android.widget.CheckBox
import android.widget.EditText
import android.widget.TextView
import th.pakmut.app.Problem
import th.pakmut.app.Screen
import th.pakmut.app.Stage
import th.pakmut.core.CodeScreen
import th.pakmut.core.Contact

/** A one-time code is typed in; the registry says what it is for. */
class CodeView(stage: Stage) : Screen(stage) {
    private var typed = ""

    override fun view(): View {
        val code = look.field(label("account-code"), typed)
        val problem = look.problem("").apply { visibility = View.GONE }
        return look.page(
            listOf(
                look.title(label("button-enter-code")),
                look.text(label("account-code-hint")),
                look.labelled(code),
                problem,
            ),
            listOf(
                look.primary(label("account-go-on")) {
                    val asked = code.text.toString()
                    typed = asked
                    core.ask({ previewCode(asked) }, { problem.tell(it) }) { screen ->
                        stage.push(EnrolView(stage, asked, screen))
                    }
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }
}

/** What the code is for, and what a person chooses: enrolling, or a new password. */
class EnrolView(
    stage: Stage,
    private val code: String,
    private val screen: CodeScreen,
) : Screen(stage) {
    override fun view(): View {
        val name = look.field(label("account-name"))
        val phone = look.field(label("account-phone"))
        val username = look.field(label("field-username"))
        val password = look.field(label("account-new-password"), password = true)
        val problem = look.problem("").apply { visibility = View.GONE }
        val asked = screen.asksName
        return look.page(
            listOf(
                look.title(screen.title),
                look.row(
                    look.text(screen.office, 18f, bold = true),
                    look.quiet(screen.who),
                    look.quiet(screen.ends),
                ),
            ) + (if (asked) listOf(
                look.labelled(name),
                look.labelled(phone),
                look.labelled(username),
                look.quiet(screen.usernameHint),
            ) else emptyList()) + listOf(
                look.labelled(password),
                look.quiet(screen.passwordHint),
                shown(password),
                problem,
            ),
            listOf(
                look.primary(screen.button) {
                    val secret = password.text.toString()
                    val user = username.text.toString()
                    val contact = Contact(name.text.toString(), phone.text.toString())
                    core.ask(
                        {
                            if (asked) enrol(code, user, secret, contact) else resetPassword(code, secret)
                        },
                        { problem.tell(it) },
                    ) {
                        stage.saved()
                        stage.home()
                    }
                },
                look.secondary(label("button-back")) { stage.back() },
            ),
        )
    }

    /** A long password is typed right the first time by who can read it. */
    private fun shown(password: EditText): CheckBox = look.check(label("field-show-password"), false) { on ->
        val hidden = if (on) {
            InputType.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD
        } else {
            InputType.TYPE_TEXT_VARIATION_PASSWORD
        }
        password.inputType = InputType.TYPE_CLASS_TEXT or hidden
        password.setSelection(password.text.length)
    }
}

/** Says under the fields what went wrong. */
internal fun TextView.tell(problem: Problem) {
    text = "⚠ ${problem.text}"
    visibility = View.VISIBLE
}
