using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Capture.Cameras;

/// <summary>Puts the parts of a stream's address together for FFmpeg.</summary>
internal static class StreamAddress
{
    /// <summary>The address, escaped, with user name and password. Secret: never log it.</summary>
    /// <exception cref="CameraException">The password file cannot be read.</exception>
    public static string WithCredentials(UrlOptions options)
    {
        string address = new Uri(options.Address).AbsoluteUri;
        if (options.UserName is not { } user)
            return address;
        string? password = Password(options);
        string who = Uri.EscapeDataString(user) + (password is null ? "" : ":" + Uri.EscapeDataString(password));
        int authority = address.IndexOf("://", StringComparison.Ordinal) + 3;
        return address.Insert(authority, who + "@");
    }

    /// <summary>The port of an address; if the address names none, the usual port.</summary>
    public static int Port(Uri address) => address.Port > 0 ? address.Port : address.Scheme switch
    {
        "rtsps" => 322,
        "rtmp" => 1935,
        _ => 554,
    };

    /// <summary>The password, from the settings or its file; null for none. Secret: never log it.</summary>
    /// <exception cref="CameraException">The password file cannot be read.</exception>
    public static string? Password(UrlOptions options)
    {
        if (options.PasswordFile is not { } path)
            return options.Password;
        try
        {
            return SecretFile.Read(path, "Url:PasswordFile");
        }
        catch (SecretFileException fault)
        {
            throw new CameraException(fault.Message, fault);
        }
    }
}
