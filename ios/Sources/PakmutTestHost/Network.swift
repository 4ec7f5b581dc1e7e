import Foundation

#if canImport(Glibc)
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
private let noSignal = Int32(MSG_NOSIGNAL)
#else
import Darwin
private let stream = SOCK_STREAM
private let noSignal: Int32 = 0
#endif

/// Loopback sockets, as little as the tests need.
enum Sockets {
    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    /// A listening socket and its port.
    static func listen() throws -> (Int32, UInt16) {
        let fd = socket(AF_INET, stream, 0)
        var own = address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(fd, address, size) == 0 && getsockname(fd, address, &size) == 0
            }
        }
        #if canImport(Glibc)
        let listening = bound && Glibc.listen(fd, 50) == 0
        #else
        let listening = bound && Darwin.listen(fd, 50) == 0
        #endif
        guard listening else { throw HostFailed("no socket: \(errno)") }
        return (fd, UInt16(bigEndian: own.sin_port))
    }

    static func freePort() throws -> UInt16 {
        let (fd, port) = try listen()
        close(fd)
        return port
    }

    static func connect(_ port: UInt16) -> Int32? {
        let fd = socket(AF_INET, stream, 0)
        var to = address(port)
        let connected = withUnsafePointer(to: &to) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                #if canImport(Glibc)
                Glibc.connect(fd, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                #else
                Darwin.connect(fd, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                #endif
            }
        }
        if connected { return fd }
        close(fd)
        return nil
    }

    static func send(_ socket: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Bool {
        var done = 0
        while done < count {
            #if canImport(Glibc)
            let sent = Glibc.send(socket, bytes + done, count - done, noSignal)
            #else
            let sent = Darwin.send(socket, bytes + done, count - done, noSignal)
            #endif
            if sent <= 0 { return false }
            done += sent
        }
        return true
    }

    static func answers(_ port: UInt16) -> Bool {
        guard let fd = connect(port) else { return false }
        defer { close(fd) }
        let ask = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\nconnection: close\r\n\r\n"
        guard ask.withCString({ send(fd, $0, ask.utf8.count) }) else { return false }
        var head = [UInt8](repeating: 0, count: 12)
        let read = recv(fd, &head, 12, 0)
        return read == 12 && String(decoding: head, as: UTF8.self) == "HTTP/1.1 200"
    }
}

/// A network on loopback that cuts connections after so many bytes, or is down.
public final class Network: @unchecked Sendable {
    private let registry: UInt16
    private let listener: Int32
    private let port: UInt16
    private let lock = NSLock()
    private var limit = -1
    private var delay: UInt32 = 0
    private var count = 0

    public init(_ registry: UInt16) throws {
        self.registry = registry
        (listener, port) = try Sockets.listen()
        let thread = Thread { [self] in
            while true {
                let phone = accept(listener, nil, nil)
                if phone < 0 { return }
                Thread { [self] in carry(phone) }.start()
            }
        }
        thread.start()
    }

    public var url: String { "http://127.0.0.1:\(port)" }
    /// Connections cut so far.
    public var cuts: Int { lock.withLock { count } }
    /// Bytes that a new connection carries before it is cut; 0: down; less: no limit.
    public func cut(after bytes: Int) { lock.withLock { limit = bytes } }
    /// Holds each piece back for so long.
    public func holdBack(milliseconds: UInt32) { lock.withLock { delay = milliseconds * 1_000 } }

    public func stop() {
        shutdown(listener, Int32(2))
        close(listener)
    }

    private func carry(_ phone: Int32) {
        let limit = lock.withLock { self.limit }
        guard limit != 0, let server = Sockets.connect(registry) else {
            lock.withLock { count += 1 }
            close(phone)
            return
        }
        let budget = Budget(limit < 0 ? Int.max : limit)
        let both = DispatchGroup()
        for (from, to) in [(phone, server), (server, phone)] {
            both.enter()
            Thread { [self] in
                pass(from, to, budget)
                // Both directions end together.
                shutdown(from, Int32(2))
                shutdown(to, Int32(2))
                both.leave()
            }.start()
        }
        both.wait()
        close(phone)
        close(server)
    }

    private func pass(_ from: Int32, _ to: Int32, _ budget: Budget) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let read = recv(from, &buffer, 4_096, 0)
            if read <= 0 { return }
            let delay = lock.withLock { self.delay }
            if delay > 0 { usleep(delay) }
            let may = budget.take(read)
            if may > 0, !Sockets.send(to, buffer, may) { return }
            if may < read {
                lock.withLock { count += 1 }
                return
            }
        }
    }

    private final class Budget: @unchecked Sendable {
        private let lock = NSLock()
        private var left: Int
        init(_ left: Int) { self.left = left }
        func take(_ bytes: Int) -> Int {
            lock.withLock {
                let may = max(0, min(bytes, left))
                left -= may
                return may
            }
        }
    }
}
