import Foundation
import PakmutCore

/// One location as the system gives it, without the system's types, so that
/// what is made of it is tested anywhere.
public struct SystemLocation {
    public var latitude: Double
    public var longitude: Double
    /// Metres; negative where the system has none.
    public var horizontalAccuracy: Double
    /// Metres a second; negative where the system has none.
    public var speed: Double
    /// When it was measured, by the wall clock.
    public var timestamp: Date
    /// Whether the system says that it is simulated; nil where it does not say.
    public var isSimulated: Bool?

    public init(
        latitude: Double, longitude: Double, horizontalAccuracy: Double, speed: Double,
        timestamp: Date, isSimulated: Bool?
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.horizontalAccuracy = horizontalAccuracy
        self.speed = speed
        self.timestamp = timestamp
        self.isSimulated = isSimulated
    }

    /// The fix. iOS stamps by the wall clock: its age is counted back from both
    /// clocks as they stand now. A negative accuracy stands for none.
    public func fix(nowMs: Int64, now: Date) -> ReceiverFix {
        let age = now.timeIntervalSince(timestamp) * 1_000
        let ageMs = age.isFinite ? Int64(max(-1e12, min(1e12, age)).rounded()) : 0
        return ReceiverFix(
            atMs: nowMs - ageMs,
            lat: latitude,
            lon: longitude,
            accuracyM: horizontalAccuracy >= 0 ? horizontalAccuracy : nil,
            speedMps: speed >= 0 ? speed : nil,
            provider: .fused,
            mock: isSimulated.map { $0 ? .yes : .no } ?? .unknown,
            gnssMs: nil,
            wallMs: Int64((now.timeIntervalSince1970 * 1_000).rounded())
        )
    }
}
