package th.pakmut.app

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Typeface
import android.view.View
import kotlin.math.min
import kotlin.math.sqrt
import th.pakmut.core.CaptureScreen

/** The radius as a circle that shrinks, with the target as a ring. Words say the same beside it. */
class RadiusView(context: Context, private val look: Look) : View(context) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)
    var screen: CaptureScreen? = null
        set(value) {
            field = value
            invalidate()
        }

    init {
        minimumHeight = look.dp(220)
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    override fun onMeasure(width: Int, height: Int) =
        setMeasuredDimension(MeasureSpec.getSize(width), look.dp(220))

    override fun onDraw(canvas: Canvas) {
        val shown = screen ?: return
        val (x, y) = width / 2f to height / 2f
        val largest = min(width, height) / 2f - look.dp(4)
        // Areas would shrink too fast to see: the root keeps 15 m and 100 m apart.
        val scale = { metres: Double ->
            (largest * sqrt(metres / LARGEST_M)).toFloat().coerceIn(look.dp(6).toFloat(), largest)
        }
        shown.radius95M?.let { radius ->
            paint.style = Paint.Style.FILL
            paint.color = look.accent
            paint.alpha = 70
            canvas.drawCircle(x, y, scale(radius), paint)
        }
        paint.style = Paint.Style.STROKE
        paint.strokeWidth = look.dp(3).toFloat()
        paint.color = look.accent
        paint.alpha = 255
        canvas.drawCircle(x, y, scale(shown.targetM), paint)
        paint.style = Paint.Style.FILL
        paint.color = look.ink
        paint.textAlign = Paint.Align.CENTER
        paint.typeface = Typeface.DEFAULT_BOLD
        paint.textSize = look.sp(22f)
        val middle = y - (paint.ascent() + paint.descent()) / 2
        canvas.drawText(shown.radiusNumber ?: "…", x, middle, paint)
    }

    private companion object {
        /** The radius that fills the view, metres: beyond it none is accepted. */
        const val LARGEST_M = 100.0
    }
}
