package th.pakmut.app.host

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** A network on loopback that cuts connections after so many bytes, or is down. */
class Network(private val port: Int) : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    val url = "http://127.0.0.1:${listener.localPort}"

    /** Bytes that a new connection carries before it is cut; 0: down; less: no limit. */
    @Volatile
    var cutAfter = -1

    /** Milliseconds that each piece is held back. */
    @Volatile
    var delayMs = 0L

    /** Connections cut so far. */
    val cuts = AtomicInteger()

    init {
        thread(isDaemon = true) {
            while (!listener.isClosed) {
                val phone = try {
                    listener.accept()
                } catch (_: IOException) {
                    return@thread
                }
                thread(isDaemon = true) { carry(phone) }
            }
        }
    }

    private fun carry(phone: Socket) = phone.use {
        val limit = cutAfter
        if (limit == 0) {
            cuts.incrementAndGet()
            return@use
        }
        val left = AtomicInteger(if (limit < 0) Int.MAX_VALUE else limit)
        Socket(InetAddress.getLoopbackAddress(), port).use { registry ->
            val up = thread(isDaemon = true) { pass(phone, registry, left) }
            pass(registry, phone, left)
            up.join()
        }
    }

    private fun pass(from: Socket, to: Socket, left: AtomicInteger) {
        val buffer = ByteArray(4096)
        try {
            while (true) {
                val read = from.getInputStream().read(buffer)
                if (read < 0) break
                if (delayMs > 0) Thread.sleep(delayMs)
                val may = left.getAndAdd(-read).coerceIn(0, read)
                to.getOutputStream().write(buffer, 0, may)
                to.getOutputStream().flush()
                if (may < read) {
                    cuts.incrementAndGet()
                    break
                }
            }
        } catch (_: IOException) {
            // The other side is gone.
        }
        from.close()
        to.close()
    }

    override fun close() = listener.close()
}
