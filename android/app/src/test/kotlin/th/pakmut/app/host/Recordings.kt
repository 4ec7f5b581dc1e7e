package th.pakmut.app.host

import java.io.File
import kotlin.math.cos
import kotlin.math.roundToLong
import th.pakmut.core.Mock
import th.pakmut.core.Provider
import th.pakmut.core.ReceiverFix

/** Recorded fixes as if they had been made at an office in Thailand. */
object Recordings {
    /** A good receiver under the sky: 60 s. */
    fun outdoors(startMs: Long): List<ReceiverFix> =
        read("receivers/phone-2016-06-30.csv", "t_s", 37.422578, -122.081678)
            .take(60).map { it.fix(startMs) }

    /** A phone in a building: the first run of a recording indoors with four fixes. */
    fun indoors(startMs: Long): List<ReceiverFix> {
        val runs = mutableListOf<MutableList<Row>>()
        for (row in read("indoors/sfba_hf__ios-1.csv", "ts", null, null)) {
            val last = runs.lastOrNull()?.last()?.seconds
            if (last == null || row.seconds - last !in 0.0..30.0) runs += mutableListOf<Row>()
            runs.last() += row
        }
        val run = runs.first { it.size >= 4 }
        return run.map { it.copy(seconds = it.seconds - run.first().seconds).fix(startMs) }
    }

    private data class Row(
        val seconds: Double,
        val lat: Double,
        val lon: Double,
        val accuracy: Double,
    ) {
        fun fix(startMs: Long) = ReceiverFix(
            atMs = startMs + (seconds * 1000).roundToLong(),
            lat = lat,
            lon = lon,
            accuracyM = accuracy.takeIf { it > 0 },
            speedMps = null,
            provider = Provider.SATELLITE,
            mock = Mock.NO,
            gnssMs = null,
            wallMs = null,
        )
    }

    private fun read(name: String, time: String, fromLat: Double?, fromLon: Double?): List<Row> {
        val lines = File(Build.data, name).readLines().filter { !it.startsWith("#") }
        val columns = lines.first().split(",")
        val at = { column: String -> columns.indexOf(column) }
        val rows = lines.drop(1).map { line ->
            val cells = line.split(",")
            val number = { column: String -> cells[at(column)].toDouble() }
            Row(number(time), number("lat"), number("lon"), number("accuracy_m"))
        }
        val lat0 = fromLat ?: rows.first().lat
        val lon0 = fromLon ?: rows.first().lon
        // Each keeps its error in metres, to the north and to the east.
        val narrower = cos(Math.toRadians(lat0)) / cos(Math.toRadians(Registry.LAT))
        return rows.map {
            it.copy(
                lat = Registry.LAT + (it.lat - lat0),
                lon = Registry.LON + (it.lon - lon0) * narrower,
            )
        }
    }
}
