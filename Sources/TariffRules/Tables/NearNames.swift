/// Suggests the nearest known name for a misspelt one.
public enum NearNames {
  /// The nearest of `known` to `name`, if it is near enough to be a likely slip.
  public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    guard !wanted.isEmpty, wanted.count <= 60 else { return nil }
    let limit = max(1, min(3, wanted.count / 3))
    var best: (distance: Int, name: String)?
    for candidate in known {
      let letters = Array(candidate.lowercased())
      guard abs(letters.count - wanted.count) <= limit else { continue }
      let distance = edits(from: wanted, to: letters)
      guard distance <= limit else { continue }
      if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// " Did you mean 'x'?" or nothing.
  public static func hint(for name: String, among known: some Sequence<String>) -> String {
    nearest(to: name, among: known).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// Letters to insert, delete, change or swap with their neighbour.
  private static func edits(from one: [Character], to other: [Character]) -> Int {
    var before: [Int] = []
    var row = Array(0...other.count)
    for i in one.indices {
      var next = [i + 1]
      for j in other.indices {
        var least = min(row[j] + (one[i] == other[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
          least = min(least, before[j - 1] + 1)
        }
        next.append(least)
      }
      before = row
      row = next
    }
    return row[other.count]
  }
}
