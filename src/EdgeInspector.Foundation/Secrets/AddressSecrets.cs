using System.Text.RegularExpressions;

namespace EdgeInspector.Foundation.Secrets;

/// <summary>Keeps the secrets within addresses out of what people see.</summary>
public static partial class AddressSecrets
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    /// <summary>
    /// The text with <c>user:password@</c> in addresses, and values such as those of <c>?password=</c> and <c>&amp;sig=</c>, hidden.
    /// </summary>
    public static string Hide(string text) => Value().Replace(Login().Replace(text, $"://{Mask}@"), $"$1={Mask}");

    // A password may itself hold '@' and '/' unescaped; better hide a bit of a path than show a bit of a password.
    [GeneratedRegex(@"://[^/?#@:\s]*:[^\s""']*@")]
    private static partial Regex Login();

    // As cheap network cameras, and the signed addresses of blob stores, carry them.
    [GeneratedRegex(@"((?<=[?&;/])[\w.-]*(?:pass|pwd|token|secret|key|sig|auth)[\w.-]*)=[^&;\s""']*", RegexOptions.IgnoreCase)]
    private static partial Regex Value();
}
