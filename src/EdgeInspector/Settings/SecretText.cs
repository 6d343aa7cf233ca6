using System.ComponentModel;
using System.Reflection;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Settings;

/// <summary>Keeps secrets out of texts that people see.</summary>
internal static class SecretText
{
    public const string Mask = AddressSecrets.Mask;

    /// <summary>True for a setting whose value must never be shown.</summary>
    public static bool IsSecret(PropertyInfo property) => property.GetCustomAttribute<PasswordPropertyTextAttribute>()?.Password == true;

    /// <summary>True for a setting that names a file whose content must never be shown.</summary>
    public static bool NamesSecretFile(PropertyInfo property) => property.IsDefined(typeof(HoldsSecretAttribute));

    /// <summary>The text with the secrets in addresses hidden.</summary>
    public static string HideLogins(string text) => AddressSecrets.Hide(text);
}
