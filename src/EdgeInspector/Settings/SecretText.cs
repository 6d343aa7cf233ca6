using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;

namespace EdgeInspector.Settings;

/// <summary>Keeps secrets out of what people see.</summary>
internal static partial class SecretText
{
    public const string Mask = "***";

    /// <summary>True for a setting whose value must never be shown.</summary>
    public static bool IsSecret(PropertyInfo property) => property.GetCustomAttribute<PasswordPropertyTextAttribute>()?.Password == true;

    /// <summary>The text with <c>user:password@</c> in addresses hidden.</summary>
    public static string HideLogins(string text) => Login().Replace(text, $"://{Mask}@");

    // A password may itself hold '@' and '/' unescaped; better hide a bit of a path than show a bit of a password.
    [GeneratedRegex(@"://[^/?#@:\s]*:[^\s""']*@")]
    private static partial Regex Login();
}
