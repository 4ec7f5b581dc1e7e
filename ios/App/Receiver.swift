import CoreLocation
import Foundation
import PakmutCore
import PakmutShell

/// The phone's receiver.
@MainActor
final class Receiver: NSObject, ObservableObject, CLLocationManagerDelegate {
    enum Access {
        case notAsked, denied, approximate, off, precise
    }

    @Published private(set) var access = Access.notAsked
    private let manager = CLLocationManager()
    private var each: ((SystemLocation) -> Void)?

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
        manager.distanceFilter = kCLDistanceFilterNone
        // A pause would look like standing still.
        manager.pausesLocationUpdatesAutomatically = false
        look()
    }

    func ask() {
        switch access {
        case .notAsked: manager.requestWhenInUseAuthorization()
        case .approximate:
            manager.requestTemporaryFullAccuracyAuthorization(withPurposeKey: "pin")
        default: break
        }
    }

    func start(_ each: @escaping (SystemLocation) -> Void) {
        self.each = each
        manager.startUpdatingLocation()
    }

    func stop() {
        manager.stopUpdatingLocation()
        each = nil
    }

    private func look() {
        switch manager.authorizationStatus {
        case .notDetermined: access = .notAsked
        case .denied, .restricted: access = .denied
        default: access = manager.accuracyAuthorization == .fullAccuracy ? .precise : .approximate
        }
    }

    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        Task { @MainActor in look() }
    }

    nonisolated func locationManager(
        _ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]
    ) {
        let found = locations.map { location in
            SystemLocation(
                latitude: location.coordinate.latitude,
                longitude: location.coordinate.longitude,
                horizontalAccuracy: location.horizontalAccuracy,
                speed: location.speed,
                timestamp: location.timestamp,
                isSimulated: location.sourceInformation?.isSimulatedBySoftware
            )
        }
        Task { @MainActor in found.forEach { each?($0) } }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: Error) {
        // kCLErrorLocationUnknown passes by itself; a denial comes as a change
        // of authorisation.
    }
}
