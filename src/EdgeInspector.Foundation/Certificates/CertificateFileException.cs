namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// A file with certificates or a key can't be used; the message says which, why, and how to mend it, and holds nothing secret.
/// </summary>
public sealed class CertificateFileException(string message, Exception? inner = null) : Exception(message, inner);
