package th.pakmut.app

import android.content.Context
import android.content.res.ColorStateList
import android.content.res.Configuration
import android.graphics.Color
import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.os.Build
import android.text.InputType
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.CheckBox
import android.widget.EditText
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.ScrollView
import android.widget.TextView
import th.pakmut.core.Choice
import th.pakmut.core.Standing

/** How everything looks: sizes that grow with the system's, and two sets of colours. */
class Look(private val context: Context) {
    private val night = context.resources.configuration.uiMode and
        Configuration.UI_MODE_NIGHT_MASK == Configuration.UI_MODE_NIGHT_YES

    val ground = if (night) Color.rgb(0x12, 0x17, 0x1c) else Color.WHITE
    val ink = if (night) Color.rgb(0xec, 0xef, 0xf1) else Color.rgb(0x1a, 0x23, 0x2b)
    val quiet = if (night) Color.rgb(0xb0, 0xbe, 0xc5) else Color.rgb(0x4a, 0x5a, 0x66)
    val accent = if (night) Color.rgb(0x9c, 0xc4, 0xf0) else Color.rgb(0x22, 0x5e, 0xa8)
    private val onAccent = if (night) Color.rgb(0x0b, 0x22, 0x3d) else Color.WHITE
    private val line = if (night) Color.rgb(0x37, 0x47, 0x4f) else Color.rgb(0xcf, 0xd8, 0xdc)
    private val alert = if (night) Color.rgb(0xff, 0xcc, 0x80) else Color.rgb(0x8a, 0x3b, 0x00)

    fun dp(value: Int): Int = TypedValue.applyDimension(
        TypedValue.COMPLEX_UNIT_DIP, value.toFloat(), context.resources.displayMetrics,
    ).toInt()

    fun sp(value: Float): Float = TypedValue.applyDimension(
        TypedValue.COMPLEX_UNIT_SP, value, context.resources.displayMetrics,
    )

    fun column(vararg views: View?): LinearLayout = LinearLayout(context).apply {
        orientation = LinearLayout.VERTICAL
        views.filterNotNull().forEach { addView(it, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT)) }
    }

    /** A place for what is still to come. */
    fun frame(): FrameLayout = FrameLayout(context).apply { setBackgroundColor(ground) }

    /** Thai has marks above and below: lines stand 1.4 apart. */
    fun text(said: String, sp: Float = 16f, colour: Int = ink, bold: Boolean = false): TextView =
        TextView(context).apply {
            text = said
            setTextSize(TypedValue.COMPLEX_UNIT_SP, sp)
            setTextColor(colour)
            setLineSpacing(0f, 1.2f)
            if (bold) setTypeface(typeface, Typeface.BOLD)
            setPadding(0, dp(4), 0, dp(4))
        }

    fun title(said: String): TextView = text(said, 22f, bold = true).apply {
        setPadding(0, dp(8), 0, dp(8))
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) isAccessibilityHeading = true
    }

    fun quiet(said: String): TextView = text(said, 16f, quiet)

    fun problem(said: String): TextView = text("⚠ $said", 16f, alert).apply {
        accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
    }

    /** The one large button at the bottom of a screen. */
    fun primary(said: String, act: () -> Unit): Button = button(said, act).apply {
        setTextColor(onAccent)
        background = rounded(accent, accent)
        minHeight = dp(64)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 18f)
    }

    fun secondary(said: String, act: () -> Unit): Button = button(said, act).apply {
        setTextColor(accent)
        background = rounded(ground, line)
    }

    /** A way to a main screen; the one that is shown stands out by form too. */
    fun tab(said: String, here: Boolean, act: () -> Unit): Button = button(said, act).apply {
        isSelected = here
        setTextColor(if (here) onAccent else accent)
        background = if (here) rounded(accent, accent) else rounded(ground, line)
        if (here) setTypeface(typeface, Typeface.BOLD)
    }

    private fun button(said: String, act: () -> Unit): Button = Button(context).apply {
        text = said
        isAllCaps = false
        minHeight = dp(48)
        stateListAnimator = null
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
        setPadding(dp(16), dp(8), dp(16), dp(8))
        setOnClickListener { act() }
    }

    fun field(label: String, value: String = "", password: Boolean = false, lines: Int = 1): EditText =
        EditText(context).apply {
            hint = label
            setText(value)
            setTextSize(TypedValue.COMPLEX_UNIT_SP, 18f)
            setTextColor(ink)
            setHintTextColor(quiet)
            backgroundTintList = ColorStateList.valueOf(quiet)
            minHeight = dp(56)
            inputType = when {
                password -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_PASSWORD
                lines > 1 -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE
                else -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
            }
            maxLines = lines
        }

    /** A field with its name above it, which stays while one types. */
    fun labelled(field: EditText): LinearLayout {
        val name = text(field.hint.toString(), 16f, quiet)
        name.setPadding(0, dp(4), 0, 0)
        field.id = View.generateViewId()
        field.tag = field.hint
        field.hint = null
        name.labelFor = field.id
        return column(name, field)
    }

    /** A box to tick. */
    fun check(said: String, ticked: Boolean, each: (Boolean) -> Unit): CheckBox =
        CheckBox(context).apply {
            text = said
            isChecked = ticked
            buttonTintList = ColorStateList.valueOf(accent)
            minHeight = dp(48)
            setTextColor(ink)
            setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
            setOnCheckedChangeListener { _, on -> each(on) }
        }

    /** One of several, by its code. */
    fun choices(all: List<Choice>, chosen: String?, each: (String) -> Unit): RadioGroup =
        RadioGroup(context).apply {
            all.forEachIndexed { index, choice ->
                addView(
                    RadioButton(context).apply {
                        id = index + 1
                        text = choice.text
                        buttonTintList = ColorStateList.valueOf(accent)
                        minHeight = dp(48)
                        setTextColor(ink)
                        setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
                        isChecked = choice.code == chosen
                    },
                )
            }
            setOnCheckedChangeListener { _, id -> all.getOrNull(id - 1)?.let { each(it.code) } }
        }

    /** A row that can be tapped as a whole and is read out as one. */
    fun row(vararg views: View?, act: (() -> Unit)? = null): LinearLayout = column(*views).apply {
        setPadding(dp(12), dp(10), dp(12), dp(10))
        minimumHeight = dp(56)
        background = rounded(ground, line)
        isFocusable = true
        if (act != null) {
            isClickable = true
            setOnClickListener { act() }
        }
        val all = views.filterIsInstance<TextView>().joinToString(". ") { it.text }
        contentDescription = all
        views.filterNotNull().forEach {
            it.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        }
    }

    /** The mark of a standing: told by form as well as by colour. */
    fun mark(standing: Standing): String = when (standing) {
        Standing.SENT_BACK -> "↩"
        Standing.WEDGED -> "⚠"
        Standing.TO_PIN -> "○"
        Standing.SAVED -> "▣"
        Standing.SENT -> "↑"
        Standing.APPROVED -> "✓"
        Standing.CLOSED -> "—"
    }

    private fun rounded(fill: Int, edge: Int) = GradientDrawable().apply {
        setColor(fill)
        setStroke(dp(1), edge)
        cornerRadius = dp(10).toFloat()
    }

    /** A screen: what scrolls, and below it what is always there. */
    fun page(content: List<View?>, below: List<View?> = emptyList()): View {
        val spaced = { views: List<View?> ->
            LinearLayout(context).apply {
                orientation = LinearLayout.VERTICAL
                setPadding(dp(16), dp(8), dp(16), dp(8))
                views.filterNotNull().forEach {
                    val place = LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT)
                    place.bottomMargin = dp(8)
                    addView(it, place)
                }
            }
        }
        return LinearLayout(context).apply {
            orientation = LinearLayout.VERTICAL
            setBackgroundColor(ground)
            gravity = Gravity.FILL
            val scroll = ScrollView(context).apply {
                isFillViewport = true
                addView(spaced(content))
            }
            addView(scroll, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
            if (below.any { it != null }) {
                addView(spaced(below), LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
            }
        }
    }
}
