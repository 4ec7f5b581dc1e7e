import Foundation
import PakmutCore
import Security

/// Secrets in the Keychain: readable after the first unlock, so that a sync in the
/// background works, and never in a backup for another device.
final class KeychainSecrets: SecretStore, @unchecked Sendable {
    private func query(_ key: String) -> [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword,
            kSecAttrService: "th.pakmut",
            kSecAttrAccount: key,
        ]
    }

    private func check(_ status: OSStatus) throws {
        if status != errSecSuccess {
            throw SecretFailed.Unavailable(reason: "Keychain status \(status)")
        }
    }

    func load(key: String) throws -> Data? {
        var asked = query(key)
        asked[kSecReturnData] = true
        asked[kSecMatchLimit] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(asked as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        try check(status)
        return found as? Data
    }

    func keep(key: String, value: Data) throws {
        let changed = SecItemUpdate(
            query(key) as CFDictionary, [kSecValueData: value] as CFDictionary)
        if changed == errSecItemNotFound {
            var fresh = query(key)
            fresh[kSecValueData] = value
            fresh[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            try check(SecItemAdd(fresh as CFDictionary, nil))
        } else {
            try check(changed)
        }
    }

    func forget(key: String) throws {
        let status = SecItemDelete(query(key) as CFDictionary)
        if status != errSecItemNotFound { try check(status) }
    }
}
