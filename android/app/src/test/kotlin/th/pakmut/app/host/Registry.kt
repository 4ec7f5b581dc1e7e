package th.pakmut.app.host

import java.io.File
import java.net.CookieManager
import java.net.HttpURLConnection
import java.net.ServerSocket
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.TimeUnit

/** What the build tells the tests, by system property. */
object Build {
    fun of(name: String): String =
        System.getProperty(name) ?: error("$name is not set: run the tests by `make test-kotlin`")

    val program: File get() = File(of("pakmut.registry"))
    val data: File get() = File(of("pakmut.data"))
}

/** A real registry on a free port of loopback, with the staff of two LAOs and one officer. */
class Registry(folder: File) : AutoCloseable {
    private val database = File(folder, "registry.db")
    private val process: Process
    val port: Int = ServerSocket(0).use { it.localPort }
    val url = "http://127.0.0.1:$port"

    init {
        template().copyTo(database)
        val users = File(folder, "users.csv")
        users.writeText(
            "username,role,dla_code,province_code,password\n" +
                "staff,lao,$LAO,,$PASSWORD\n" +
                "colleague,lao,$LAO,,$PASSWORD\n" +
                "neighbour,lao,$NEIGHBOUR,,$PASSWORD\n" +
                "officer,province,,81,$PASSWORD\n" +
                "department,department,,,$PASSWORD\n",
        )
        run("import", "users", users.path)
        process = start("serve", "--listen", "127.0.0.1:$port")
        val begun = System.nanoTime()
        while (!answers()) {
            check(process.isAlive) { "the registry does not serve" }
            check(System.nanoTime() - begun < 60_000_000_000) { "the registry does not answer" }
            Thread.sleep(20)
        }
    }

    /** The one-time code that a command prints: `codes issue …`, `users reset …`. */
    fun code(vararg command: String): String {
        val printed = run(*command)
        return printed.lines()[1].split(",")[1]
    }

    /** The department announces a meeting on its page: a day such as `7 ส.ค. 2580`. */
    fun announce(title: String, day: String) = fill(
        "department",
        "/rounds",
        mapOf("action" to "announce", "title" to title, "day" to day, "begins" to "10.00", "ends" to "12.00"),
    )

    /** The officer draws so many pins to be measured once more. */
    fun draw(count: Int) =
        fill("officer", "/provinces/81/checks", mapOf("count" to count.toString()))

    /** Somebody signs in to the pages and sends a page's form, filled in. */
    private fun fill(username: String, path: String, form: Map<String, String>) {
        val browser = HttpClient.newBuilder().cookieHandler(CookieManager()).build()
        fun ask(path: String, fields: Map<String, String>? = null): String {
            val request = HttpRequest.newBuilder(URI("$url$path"))
            if (fields != null) {
                val body = fields.entries.joinToString("&") { (name, value) ->
                    "$name=${URLEncoder.encode(value, Charsets.UTF_8)}"
                }
                request.header("content-type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
            }
            val answer = browser.send(request.build(), HttpResponse.BodyHandlers.ofString())
            check(answer.statusCode() in setOf(200, 303)) { "$path: ${answer.statusCode()} ${answer.body()}" }
            return answer.body()
        }
        fun token(page: String) = page.substringAfterLast("name=\"csrf\" value=\"").substringBefore('"')
        val signIn = mapOf("username" to username, "password" to PASSWORD)
        ask("/sign-in", signIn + ("csrf" to token(ask("/sign-in"))))
        ask(path, form + ("csrf" to token(ask(path))))
    }

    private fun start(vararg arguments: String): Process =
        begin(database, arguments.toList()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()

    private fun run(vararg arguments: String): String = run(database, arguments.toList())

    private fun answers(): Boolean = try {
        val call = URI("$url/healthz").toURL().openConnection() as HttpURLConnection
        call.responseCode == 200
    } catch (_: java.io.IOException) {
        false
    }

    override fun close() {
        process.destroy()
        process.waitFor(10, TimeUnit.SECONDS)
    }

    companion object {
        /** เทศบาลตำบลคลองท่อมใต้, Krabi. */
        const val LAO = "5810401"

        /** เทศบาลตำบลคลองพน, of the same province. */
        const val NEIGHBOUR = "5810402"
        const val PASSWORD = "a-long-test-password"

        /** Where its office is. */
        const val LAT = 7.952981685
        const val LON = 99.15039092

        private var filled: File? = null

        /** A database with the places, the LAOs and a form, filled once: it takes long. */
        @Synchronized
        private fun template(): File = filled ?: run {
            val folder = File.createTempFile("pakmut-registry", "").apply {
                delete()
                mkdirs()
            }
            Runtime.getRuntime().addShutdownHook(Thread { folder.deleteRecursively() })
            val database = File(folder, "registry.db")
            fun places(name: String) = File(Build.data, "places/$name.geojson").path
            run(database, listOf("import", "places", places("provinces"), places("districts"), places("subdistricts")))
            run(database, listOf("import", "laos", File(Build.data, "places/laos.csv").path))
            val form = File(Build.data, "../../forms/readiness.xlsx").canonicalPath
            run(database, listOf("import", "form", form, "--publish", "trial"))
            check(!File("$database-wal").exists()) { "the database was not closed" }
            database.also { filled = it }
        }

        private fun begin(database: File, arguments: List<String>): ProcessBuilder {
            check(Build.program.isFile) { "${Build.program} is not built" }
            val all = listOf(Build.program.path, "--database", "sqlite:$database") + arguments
            return ProcessBuilder(all).redirectError(File(database.parentFile, "registry.log"))
        }

        private fun run(database: File, arguments: List<String>): String {
            val output = File.createTempFile("printed", "", database.parentFile)
            val process = begin(database, arguments).redirectOutput(output).start()
            check(process.waitFor(300, TimeUnit.SECONDS) && process.exitValue() == 0) {
                File(database.parentFile, "registry.log").readText()
            }
            return output.readText().also { output.delete() }
        }
    }
}
