package th.pakmut.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.Looper
import th.pakmut.core.Mock
import th.pakmut.core.Provider
import th.pakmut.core.ReceiverFix

/** Whether the app may read the position. */
enum class Access {
    /** Not asked yet, or asked and denied: it may be asked. */
    NONE,

    /** Only the approximate position is allowed. */
    APPROXIMATE,

    /** Allowed, and location is off for the whole phone. */
    OFF,

    /** Allowed and on. */
    PRECISE,
}

/** The phone's receiver: satellites, and from Android 12 on the fused provider too. */
class Receiver(private val context: Context) {
    private val manager = context.getSystemService(LocationManager::class.java)
    private var listener: LocationListener? = null

    fun access(): Access {
        val has = { permission: String ->
            context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED
        }
        return when {
            !has(ACCESS_FINE_LOCATION) && !has(ACCESS_COARSE_LOCATION) -> Access.NONE
            !has(ACCESS_FINE_LOCATION) -> Access.APPROXIMATE
            providers().isEmpty() -> Access.OFF
            else -> Access.PRECISE
        }
    }

    private fun providers(): List<String> {
        val wanted = buildList {
            add(LocationManager.GPS_PROVIDER)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) add(LocationManager.FUSED_PROVIDER)
            add(LocationManager.NETWORK_PROVIDER)
        }
        val there = manager?.allProviders.orEmpty()
        return wanted.filter { it in there && manager?.isProviderEnabled(it) == true }
    }

    /** Gives each fix as it comes, on the main thread, until [stop]. */
    @SuppressLint("MissingPermission")
    fun start(each: (ReceiverFix) -> Unit) {
        stop()
        if (access() != Access.PRECISE) return
        val listening = object : LocationListener {
            override fun onLocationChanged(location: Location) = each(fixOf(location))

            // Empty before Android 11, where each must be there.
            override fun onProviderEnabled(provider: String) = Unit
            override fun onProviderDisabled(provider: String) = Unit

            @Deprecated("called up to Android 9")
            override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit
        }
        listener = listening
        for (provider in providers()) {
            manager?.requestLocationUpdates(provider, EACH_MS, 0f, listening, Looper.getMainLooper())
        }
    }

    fun stop() {
        listener?.let { manager?.removeUpdates(it) }
        listener = null
    }

    companion object {
        private const val EACH_MS = 1_000L

        /** A location as the core takes it: nothing missing becomes a 0. */
        fun fixOf(location: Location): ReceiverFix = ReceiverFix(
            atMs = location.elapsedRealtimeNanos / 1_000_000,
            lat = location.latitude,
            lon = location.longitude,
            accuracyM = if (location.hasAccuracy()) location.accuracy.toDouble() else null,
            speedMps = if (location.hasSpeed()) location.speed.toDouble() else null,
            provider = when (location.provider) {
                LocationManager.GPS_PROVIDER -> Provider.SATELLITE
                LocationManager.NETWORK_PROVIDER -> Provider.NETWORK
                "fused" -> Provider.FUSED
                else -> Provider.UNKNOWN
            },
            mock = if (isMock(location)) Mock.YES else Mock.NO,
            gnssMs = location.time.takeIf { location.provider == LocationManager.GPS_PROVIDER && it > 0 },
            wallMs = System.currentTimeMillis(),
        )

        @Suppress("DEPRECATION")
        private fun isMock(location: Location): Boolean =
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
                location.isMock
            } else {
                location.isFromMockProvider
            }
    }
}
