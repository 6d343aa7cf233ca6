namespace EdgeInspector.ModelStore.Sync;

/// <summary>The addresses from which packages may come: HTTPS, or this machine itself.</summary>
internal static class SourceAddress
{
    public static bool IsAllowed(string text, out Uri? address, out string wrong)
    {
        wrong = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Scheme is not ("https" or "http"))
        {
            wrong = $"'{Show(text)}' is no web address; write it as https://host/path.";
            return false;
        }
        if (address.Scheme == "http" && !address.IsLoopback)
        {
            wrong = $"'{Show(address)}' is not encrypted: anybody on the way could put in another model. Use https.";
            return false;
        }
        if (address.UserInfo.Length > 0)
        {
            wrong = "An address must not carry a password; use the setting that is made for it.";
            return false;
        }
        return true;
    }

    /// <summary>An address without its query, which often is a secret.</summary>
    public static string Show(Uri address) => address.GetLeftPart(UriPartial.Path);

    private static string Show(string text) => text.Split('?')[0] is var start && start.Length > 200 ? start[..200] + "…" : start;
}
