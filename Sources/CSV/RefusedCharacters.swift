/// The characters that no text from outside may hold: they could steer a terminal or reorder a
/// line.
public enum RefusedCharacters {
  /// Whether a character is a control character (tab and line breaks too) or changes the direction
  /// of
  /// writing (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069).
  public static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
