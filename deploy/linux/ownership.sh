# shellcheck shell=sh
# To be sourced, and part of the Debian package's maintainer scripts (plain sh). The service's user, and what belongs to it.

user=edgeinspector
settings=/etc/edgeinspector
data=/var/lib/edgeinspector

# Makes the user and the folders; does no harm where they are.
take_ownership() {
    if ! getent passwd $user >/dev/null; then
        getent group video >/dev/null || groupadd --system video
        getent group $user >/dev/null || groupadd --system $user
        useradd --system --gid $user --groups video --home-dir $data --no-create-home --shell /usr/sbin/nologin \
            --comment "EdgeInspector service" $user
    fi
    # Read by the service and by who is let into its group; changed by root only.
    if [ ! -d $settings ] || [ "$(stat -c %G $settings)" != $user ]; then
        install -d -o root -g $user -m 750 $settings
    fi
    # Also a data folder that an earlier installation left behind, of a user that is no more.
    if [ ! -d $data ] || [ "$(stat -c %U $data)" != $user ]; then
        install -d -o $user -g $user -m 750 $data
        chown -R $user:$user $data
    fi
}

# Removes settings, secrets and user; keeps the data folder: the evidence of what was inspected.
give_up_ownership() {
    rm -rf $settings /etc/systemd/system/edgeinspector.service.d
    # Numbers of users are used again: nobody may find himself the owner of pictures and records.
    # Another installation takes the folder over.
    if [ -d $data ]; then
        chown -R root:root $data
        chmod 700 $data
        echo "Kept: $data, with the journal, the pictures and the models. Delete it when nobody needs them any more." >&2
    fi
    if getent passwd $user >/dev/null; then
        userdel $user >/dev/null 2>&1 || echo "The user $user could not be removed; does something of it still run?" >&2
    fi
    if getent group $user >/dev/null; then
        groupdel $user || true
    fi
}
