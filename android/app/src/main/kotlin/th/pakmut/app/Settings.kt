package th.pakmut.app

import android.content.Context
import java.util.Locale
import th.pakmut.core.Lang

/** What the person chose: none of it is a secret. */
class Settings(context: Context) {
    private val kept = context.getSharedPreferences("settings", Context.MODE_PRIVATE)

    var registry: String
        get() = kept.getString("registry", null) ?: DEFAULT_REGISTRY
        set(value) = kept.edit().putString("registry", value.trim()).apply()

    /** Thai unless the person chose, or the phone is set to English. */
    var lang: Lang
        get() = when (kept.getString("lang", null) ?: Locale.getDefault().language) {
            "en" -> Lang.EN
            else -> Lang.TH
        }
        set(value) = kept.edit().putString("lang", if (value == Lang.EN) "en" else "th").apply()

    var thaiDigits: Boolean
        get() = kept.getBoolean("thai_digits", false)
        set(value) = kept.edit().putBoolean("thai_digits", value).apply()

    private companion object {
        const val DEFAULT_REGISTRY = "https://registry.pakmut.example"
    }
}
