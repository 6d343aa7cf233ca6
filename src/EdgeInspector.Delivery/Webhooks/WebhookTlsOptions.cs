using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// Certificates for an address with <c>https</c>. The host name is always checked, and a certificate with a fault is never taken.
/// </summary>
public sealed record WebhookTlsOptions : TlsOptions;
