extension Int {
  /// `1 invoice`, `2 invoices`: a number with what it counts.
  public func counted(_ one: String, _ many: String? = nil) -> String {
    "\(self) \(self == 1 ? one : many ?? one + "s")"
  }
}
