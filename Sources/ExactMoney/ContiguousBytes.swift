/// Hands over the bytes in one piece, copying them only where the collection has them scattered.
///
/// Inlinable: the readers of decimals and days are called from other modules for millions of cells.
@inlinable
func withContiguousBytes<Result>(
  _ bytes: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  bytes.withContiguousStorageIfAvailable(body) ?? Array(bytes).withUnsafeBufferPointer(body)
}
