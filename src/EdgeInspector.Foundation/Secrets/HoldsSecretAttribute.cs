namespace EdgeInspector.Foundation.Secrets;

/// <summary>
/// Marks a setting that names a file with a secret. A setting <c>X</c> that is itself a secret (<see
/// cref="System.ComponentModel.PasswordPropertyTextAttribute"/>) has such a companion <c>XFile</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HoldsSecretAttribute : Attribute;
